import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function EditRulePage() {
  return (
    <Page>
      <PageHeader title={text.access.title} />
    </Page>
  );
}
