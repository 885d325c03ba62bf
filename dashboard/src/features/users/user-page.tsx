import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function UserPage() {
  return (
    <Page>
      <PageHeader title={text.users.title} />
    </Page>
  );
}
