import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function SigningKeysPage() {
  return (
    <Page>
      <PageHeader title={text.signingKeys.title} />
    </Page>
  );
}
