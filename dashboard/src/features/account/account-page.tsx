import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function AccountPage() {
  return (
    <Page>
      <PageHeader title={text.account.title} />
    </Page>
  );
}
