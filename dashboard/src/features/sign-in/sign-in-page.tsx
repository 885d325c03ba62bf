import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function SignInPage() {
  return (
    <Page>
      <PageHeader title={text.signIn.title} />
    </Page>
  );
}
