import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function ThreadPage() {
  return (
    <Page>
      <PageHeader title={text.threads.title} />
    </Page>
  );
}
