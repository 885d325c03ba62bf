// Conversations that were there before the operator looks.

import assert from "node:assert/strict";
import { says } from "../../clients/support/conversations.mjs";

/** Opens a thread as `person`; its id. Each of `texts` answers the one before, users and assistant in turn. */
export async function seedThread(
  server,
  person,
  { is_archived = false, ...fields },
  texts = [],
) {
  const { thread_id: id } = await send(server, person, "POST", "/threads", {
    last_message_at: new Date(),
    ...fields,
  });
  let parent = null;
  for (const [index, text] of texts.entries()) {
    const role = index % 2 === 0 ? "user" : "assistant";
    parent = await seedMessage(server, person, id, parent, says(role, text));
  }
  if (is_archived) {
    await send(server, person, "PUT", `/threads/${id}`, { is_archived });
  }
  return id;
}

/** Appends a message; its id. */
export async function seedMessage(
  server,
  person,
  threadId,
  parent_id,
  content,
  fields = {},
) {
  const path = `/threads/${threadId}/messages`;
  const message = { parent_id, format: "aui/v0", content, ...fields };
  return (await send(server, person, "POST", path, message)).message_id;
}

/** Does `make` for each number below `count`, a few at a time. */
export async function seedMany(count, make) {
  const made = [];
  const AT_ONCE = 8;
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(AT_ONCE, count - from) },
      (_, index) => from + index,
    );
    made.push(...(await Promise.all(numbers.map(make))));
  }
  return made;
}

async function send(server, person, method, path, body) {
  const answer = await server.askAs(person, method, path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.body;
}
