import type { CreatedInvitation, OrganizationView } from "@/api/contract";
import { fill, fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Dialog } from "@/ui/dialog";
import { Time } from "@/ui/time";

const words = text.members.invitation;

interface CreatedLinkProps {
  created: CreatedInvitation;
  organization: OrganizationView;
  onClose: () => void;
}

/** The one time that an invitation's link is shown. */
export function CreatedLink({ created, organization, onClose }: CreatedLinkProps) {
  const { email, role, expires_at: end } = created.invitation;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      isClosedOutside={false}
      title={email === null ? words.ready : fill(words.readyFor, { email: email })}
      description={words.readyBody}
      footer={
        <Button look="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <div className="space-y-3">
        <CodeBlock code={created.link} what={words.link} />
        <p className="text-[13px] text-soft">
          {fillNodes(words.facts, {
            role: text.members.roleNames[role],
            organization: organization.name,
            when: <Time at={end} show="full" />,
          })}
        </p>
      </div>
    </Dialog>
  );
}
