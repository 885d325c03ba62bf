// A project as it looks after some weeks: what the pages are pictured with.

import { says } from "../../clients/support/conversations.mjs";
import { seedMany, seedMessage, seedThread } from "./seeds.mjs";

const ann = { userId: "user_2ann", workspaceId: "org_green" };
const ben = {
  userId: "auth0|5f7c8ec7c33c6c004bbafe82",
  workspaceId: "org_blue",
};

const titles = [
  "Where is my parcel?",
  "Refund for order 8841",
  "How do I change the delivery address of an order that has already been packed?",
  "Opening hours on holidays",
  "Wrong size, exchange",
];

const answer = `Your order left **yesterday**. What happens next:

1. The carrier scans it in the morning.
2. You get a message with the window.

| Step | When |
| --- | --- |
| Scan | 08:00 |
| Delivery | 10:00 to 14:00 |

\`\`\`js
const eta = await track("P-88");
\`\`\`

See [the tracking page](https://example.com/track).`;

/** Fills the default project; the ids of one thing of each kind. */
export async function livelyProject(server, issuer) {
  await issuer.becomeTrustedBy(server);
  await server.addRule([
    ...[
      "--name",
      "Clerk staging",
      "--issuer",
      "https://quick-fox-12.clerk.accounts.dev",
    ],
    ...[
      "--jwks-url",
      "https://quick-fox-12.clerk.accounts.dev/.well-known/jwks.json",
    ],
  ]);
  await server.createKey(server.project, "nightly export");
  await seedMany(18, (number) =>
    seedThread(
      server,
      number % 3 ? ann : ben,
      {
        title: number % 7 ? titles[number % titles.length] : undefined,
        last_message_at: new Date(Date.now() - (number + 1) * 7_000_000),
        is_archived: number % 11 === 0,
      },
      ["Where is the zeppelin?", answer],
    ),
  );
  const thread = await seedThread(server, ann, {
    title: "Where is my parcel?",
    external_id: "ticket-8841",
    metadata: { plan: "pro", locale: "de-DE", cart: { items: 3 } },
  });
  const asked = await seedMessage(
    server,
    ann,
    thread,
    null,
    says("user", "Where is my parcel P-88?"),
  );
  await seedMessage(
    server,
    ann,
    thread,
    asked,
    says("assistant", "It is lost."),
  );
  await seedMessage(server, ann, thread, asked, {
    role: "assistant",
    content: [
      {
        type: "reasoning",
        text: "The user wants to know where the parcel is.",
      },
      {
        type: "tool-call",
        toolCallId: "call_1",
        toolName: "track_parcel",
        args: { id: "P-88" },
        argsText: '{"id":"P-88"}',
        result: { state: "in transit", stops: 2 },
      },
      { type: "text", text: answer },
    ],
  });
  const rules = await server.threadkeep([
    "rules",
    "list",
    "--project",
    server.project.id,
    "--json",
  ]);
  return {
    thread,
    user: ann.userId,
    workspace: ann.workspaceId,
    rule: rules[0].id,
  };
}
