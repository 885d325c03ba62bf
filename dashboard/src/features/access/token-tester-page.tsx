import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function TokenTesterPage() {
  return (
    <Page>
      <PageHeader title={text.access.title} />
    </Page>
  );
}
