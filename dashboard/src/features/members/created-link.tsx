import type { CreatedInvitation, OrganizationView } from "@/api/contract";
import { fill, fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Time } from "@/ui/time";

const words = text.members.invitation;

/** What the dialog shows the one time that an invitation's link can be seen. */
export function linkDialog(created: CreatedInvitation, organization: OrganizationView, onClose: () => void) {
  const { email } = created.invitation;
  return {
    title: email === null ? words.ready : fill(words.readyFor, { email }),
    description: words.readyBody,
    footer: (
      <Button look="primary" onClick={onClose}>
        {words.done}
      </Button>
    ),
    children: <Link created={created} organization={organization} />,
  };
}

function Link({ created, organization }: { created: CreatedInvitation; organization: OrganizationView }) {
  const { role, expires_at: end } = created.invitation;
  return (
    <div className="space-y-3">
      <CodeBlock code={created.link} what={words.link} caption={words.linkCaption} />
      <p className="text-[13px] text-soft">
        {fillNodes(words.facts, {
          role: text.members.roleNames[role],
          organization: organization.name,
          when: <Time at={end} show="full" />,
        })}
      </p>
    </div>
  );
}
