import { api, path } from "@/api/client";
import type { OperatorView } from "@/api/contract";
import { useRefreshSession, useSession } from "@/api/session";
import { NameCard } from "@/forms/name-card";
import { fill, text } from "@/text";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.account.profile;

/** What others see of the operator. */
export function ProfileCard() {
  const { operator, organizations } = useSession();
  const refreshSession = useRefreshSession();
  return (
    <NameCard
      title={words.title}
      name={operator.name}
      label={words.name}
      hint={words.nameHint}
      autoComplete="name"
      onSave={async (name) => {
        const saved = await api.put<OperatorView>(path`/account`, { name });
        await refreshSession();
        toast.success(words.saved);
        return saved.name;
      }}
      facts={[
        {
          label: words.email,
          value: (
            <>
              {operator.email}
              <span className="block text-[13px] text-faint">{words.emailHint}</span>
            </>
          ),
        },
        {
          label: words.memberOf,
          value:
            organizations.length === 0 ? (
              words.nowhere
            ) : (
              <ul>
                {organizations.map((organization) => (
                  <li key={organization.id}>
                    {fill(words.membership, {
                      organization: organization.name,
                      role: text.members.roleNames[organization.role],
                    })}
                  </li>
                ))}
              </ul>
            ),
        },
        {
          label: words.since,
          value: <Time at={operator.created_at} show="date" />,
        },
      ]}
    />
  );
}
