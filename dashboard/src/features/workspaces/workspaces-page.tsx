import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function WorkspacesPage() {
  return (
    <Page>
      <PageHeader title={text.workspaces.title} />
    </Page>
  );
}
