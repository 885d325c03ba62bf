import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function ApiKeysPage() {
  return (
    <Page>
      <PageHeader title={text.apiKeys.title} />
    </Page>
  );
}
