import { Link, type LinkProps } from "@tanstack/react-router";
import {
  Building2,
  FolderTree,
  KeyRound,
  LayoutDashboard,
  MessagesSquare,
  ScrollText,
  Search,
  Server,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Signature,
  Users,
  UsersRound,
} from "lucide-react";
import type { ReactNode } from "react";

import { Brand } from "./brand";
import { usePlace } from "./place";
import { ProjectSwitcher } from "./project-switcher";
import { UserMenu } from "./user-menu";
import { allows, useSession } from "@/api/session";
import { text } from "@/text";
import { Kbd } from "@/ui/kbd";
import { Tooltip } from "@/ui/tooltip";

interface Entry {
  link: Pick<LinkProps, "to" | "params" | "activeOptions">;
  label: string;
  icon: ReactNode;
  disabledReason?: string | undefined;
}

/** Where one can go from here. */
export function Sidebar({ onJump }: { onJump: () => void }) {
  const session = useSession();
  const { organization, project } = usePlace();
  return (
    <div className="flex h-full flex-col">
      <div className="space-y-2 px-3 pt-3.5 pb-2">
        <div className="hidden px-1 pb-1 lg:block">
          <Brand />
        </div>
        <ProjectSwitcher />
        <button
          type="button"
          onClick={onJump}
          className="flex h-8 w-full items-center gap-2 rounded-lg border border-line bg-surface px-2.5 text-[13px] text-faint transition-colors hover:bg-hover"
        >
          <Search aria-hidden className="size-3.5" />
          <span className="flex-1 text-left">{text.shell.jump}</span>
          <Kbd>{jumpKey}</Kbd>
        </button>
      </div>
      <nav aria-label={text.shell.navigation} className="min-h-0 flex-1 space-y-4 overflow-y-auto px-3 py-2">
        {project && (
          <ProjectEntries projectId={project.id} isAdmin={allows(organization?.role ?? "member", "admin")} />
        )}
        {organization && (
          <Group label={text.shell.groups.organization}>
            <Item
              link={{
                to: "/organizations/$organizationId/members",
                params: { organizationId: organization.id },
              }}
              label={text.members.title}
              icon={<UsersRound />}
            />
            <Item
              link={{
                to: "/organizations/$organizationId/settings",
                params: { organizationId: organization.id },
              }}
              label={text.organization.title}
              icon={<Building2 />}
            />
          </Group>
        )}
        {session.is_instance_owner && (
          <Group label={text.shell.groups.server}>
            <Item link={{ to: "/instance" }} label={text.instance.title} icon={<Server />} />
          </Group>
        )}
      </nav>
      <div className="border-t border-line p-2">
        <UserMenu />
      </div>
    </div>
  );
}

function ProjectEntries({ projectId, isAdmin }: { projectId: string; isAdmin: boolean }) {
  const params = { projectId };
  return (
    <>
      <Group>
        <Item
          link={{
            to: "/projects/$projectId",
            params,
            activeOptions: { exact: true },
          }}
          label={text.overview.title}
          icon={<LayoutDashboard />}
        />
      </Group>
      <Group label={text.shell.groups.observe}>
        <Item
          link={{ to: "/projects/$projectId/threads", params }}
          label={text.threads.title}
          icon={<MessagesSquare />}
        />
        <Item link={{ to: "/projects/$projectId/users", params }} label={text.users.title} icon={<Users />} />
        <Item
          link={{ to: "/projects/$projectId/workspaces", params }}
          label={text.workspaces.title}
          icon={<FolderTree />}
        />
      </Group>
      <Group label={text.shell.groups.build}>
        <Item
          link={{ to: "/projects/$projectId/playground", params }}
          label={text.playground.title}
          icon={<SquareTerminal />}
        />
        <Item
          link={{ to: "/projects/$projectId/access", params }}
          label={text.access.title}
          icon={<ShieldCheck />}
        />
        <Item
          link={{ to: "/projects/$projectId/api-keys", params }}
          label={text.apiKeys.title}
          icon={<KeyRound />}
        />
        <Item
          link={{ to: "/projects/$projectId/signing-keys", params }}
          label={text.signingKeys.title}
          icon={<Signature />}
        />
      </Group>
      <Group label={text.shell.groups.project}>
        <Item
          link={{ to: "/projects/$projectId/audit", params }}
          label={text.audit.title}
          icon={<ScrollText />}
          disabledReason={isAdmin ? undefined : text.ui.needsRole.admin}
        />
        <Item
          link={{ to: "/projects/$projectId/settings", params }}
          label={text.settings.title}
          icon={<Settings />}
        />
      </Group>
    </>
  );
}

function Group({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <div>
      {label && <h2 className="px-2.5 pb-1 text-xs font-medium text-faint">{label}</h2>}
      <ul className="space-y-px">{children}</ul>
    </div>
  );
}

const itemClass =
  "flex min-h-8 items-center gap-2.5 rounded-lg px-2.5 font-medium [&>svg]:size-4 [&>svg]:shrink-0";

function Item({ link, label, icon, disabledReason }: Entry) {
  if (disabledReason !== undefined) {
    return (
      <li>
        <Tooltip content={disabledReason}>
          <button
            type="button"
            aria-disabled="true"
            className={`${itemClass} w-full cursor-not-allowed text-faint`}
          >
            {icon}
            {label}
          </button>
        </Tooltip>
      </li>
    );
  }
  return (
    <li>
      <Link
        {...link}
        activeOptions={{ includeSearch: false, ...link.activeOptions }}
        className={`${itemClass} transition-colors`}
        activeProps={{ className: "bg-hover text-ink [&>svg]:text-accent-ink" }}
        inactiveProps={{
          className: "text-soft hover:bg-hover/70 hover:text-ink [&>svg]:text-faint",
        }}
      >
        {icon}
        {label}
      </Link>
    </li>
  );
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
const jumpKey = isApple ? "⌘K" : "Ctrl K";
