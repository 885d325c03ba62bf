import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function InvitationPage() {
  return (
    <Page>
      <PageHeader title={text.invitation.title} />
    </Page>
  );
}
