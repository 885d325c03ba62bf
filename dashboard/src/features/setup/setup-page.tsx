import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function SetupPage() {
  return (
    <Page>
      <PageHeader title={text.setup.title} />
    </Page>
  );
}
