import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function UsersPage() {
  return (
    <Page>
      <PageHeader title={text.users.title} />
    </Page>
  );
}
