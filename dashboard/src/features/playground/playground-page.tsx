import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function PlaygroundPage() {
  return (
    <Page>
      <PageHeader title={text.playground.title} />
    </Page>
  );
}
