import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function InstancePage() {
  return (
    <Page>
      <PageHeader title={text.instance.title} />
    </Page>
  );
}
