import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function ResetPage() {
  return (
    <Page>
      <PageHeader title={text.reset.title} />
    </Page>
  );
}
