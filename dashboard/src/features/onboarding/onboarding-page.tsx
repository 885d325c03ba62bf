import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

export function OnboardingPage() {
  return (
    <Page>
      <PageHeader title={text.onboarding.title} />
    </Page>
  );
}
