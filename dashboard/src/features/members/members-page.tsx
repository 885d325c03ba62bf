import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function MembersPage() {
  return (
    <Page>
      <PageHeader title={text.members.title} />
    </Page>
  );
}
