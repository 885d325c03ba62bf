import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function OverviewPage() {
  return (
    <Page>
      <PageHeader title={text.overview.title} />
    </Page>
  );
}
