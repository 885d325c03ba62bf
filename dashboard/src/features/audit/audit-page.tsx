import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function AuditPage() {
  return (
    <Page>
      <PageHeader title={text.audit.title} />
    </Page>
  );
}
