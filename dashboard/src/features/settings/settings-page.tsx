import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function SettingsPage() {
  return (
    <Page>
      <PageHeader title={text.settings.title} />
    </Page>
  );
}
