import { AppearanceCard } from "./appearance-card";
import { PasswordCard } from "./password-card";
import { ProfileCard } from "./profile-card";
import { SessionsCard } from "./sessions-card";
import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

/** The operator's own settings. */
export function AccountPage() {
  return (
    <Page isNarrow>
      <PageHeader title={text.account.title} description={text.account.description} />
      <div className="space-y-6">
        <ProfileCard />
        <PasswordCard />
        <SessionsCard />
        <AppearanceCard />
      </div>
    </Page>
  );
}
