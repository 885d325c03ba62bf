import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";

import { useTheme } from "@/app/theme";
import { setCsrfToken } from "@/api/client";
import { messageOf } from "@/api/error";
import { signOut, useSession } from "@/api/session";
import { text } from "@/text";
import { Avatar } from "@/ui/avatar";
import { Menu, MenuChoices, MenuDivider, MenuItem, MenuLabel } from "@/ui/menu";
import { toast } from "@/ui/toast";

/** Who is signed in: account, theme, sign out. */
export function UserMenu() {
  const { operator } = useSession();
  const [theme, chooseTheme] = useTheme();
  const leave = useSignOut();
  return (
    <Menu
      align="start"
      isFitted
      trigger={
        <button
          type="button"
          className="flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-left transition-colors hover:bg-hover"
        >
          <Avatar name={operator.name} />
          <span className="sr-only">{text.shell.userMenu}</span>
          <span className="min-w-0 flex-1 leading-tight">
            <span className="block truncate font-medium">{operator.name}</span>
            <span className="block truncate text-xs text-faint">{operator.email}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-faint" />
        </button>
      }
    >
      <MenuItem asChild>
        <Link to="/account">
          <UserRound aria-hidden className="size-4 text-faint" />
          {text.shell.account}
        </Link>
      </MenuItem>
      <MenuDivider />
      <MenuLabel>{text.shell.theme}</MenuLabel>
      <MenuChoices
        label={text.shell.theme}
        value={theme}
        onChange={chooseTheme}
        choices={[
          {
            value: "light",
            label: text.shell.themes.light,
            icon: <Sun aria-hidden className="size-4 text-faint" />,
          },
          {
            value: "dark",
            label: text.shell.themes.dark,
            icon: <Moon aria-hidden className="size-4 text-faint" />,
          },
          {
            value: "system",
            label: text.shell.themes.system,
            icon: <Monitor aria-hidden className="size-4 text-faint" />,
          },
        ]}
      />
      <MenuDivider />
      <MenuItem icon={<LogOut aria-hidden className="size-4 text-faint" />} onSelect={() => void leave()}>
        {text.shell.signOut}
      </MenuItem>
    </Menu>
  );
}

function useSignOut(): () => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async () => {
    try {
      await signOut();
    } catch (error) {
      toast.error(messageOf(error));
      return;
    }
    await router.navigate({ to: "/sign-in" });
    setCsrfToken(null);
    queryClient.clear();
  };
}
