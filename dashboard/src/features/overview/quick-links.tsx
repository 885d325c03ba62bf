import { Link, type LinkProps } from "@tanstack/react-router";
import { KeyRound, ShieldCheck, SquareTerminal, Users } from "lucide-react";
import type { ReactNode } from "react";

import { text } from "@/text";

const words = text.overview.links;

interface QuickLink {
  to: LinkProps["to"];
  title: string;
  about: string;
  icon: ReactNode;
}

const links: QuickLink[] = [
  {
    to: "/projects/$projectId/playground",
    title: text.playground.title,
    about: words.playground,
    icon: <SquareTerminal />,
  },
  {
    to: "/projects/$projectId/access",
    title: text.access.title,
    about: words.access,
    icon: <ShieldCheck />,
  },
  {
    to: "/projects/$projectId/api-keys",
    title: text.apiKeys.title,
    about: words.apiKeys,
    icon: <KeyRound />,
  },
  {
    to: "/projects/$projectId/users",
    title: text.users.title,
    about: words.users,
    icon: <Users />,
  },
];

/** Pages that operators of a running project look for. */
export function QuickLinks({ projectId }: { projectId: string }) {
  return (
    <nav aria-label={words.title}>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {links.map((link) => (
          <li key={link.to}>
            <Link
              {...to(link.to, projectId)}
              className="group flex h-full items-start gap-3 rounded-xl border border-line bg-surface p-4 shadow-card transition-colors hover:border-edge"
            >
              <span
                aria-hidden
                className="mt-0.5 shrink-0 text-faint transition-colors group-hover:text-accent-ink [&>svg]:size-4"
              >
                {link.icon}
              </span>
              <span className="min-w-0">
                <span className="block font-medium">{link.title}</span>
                <span className="block text-[13px] text-pretty text-faint">{link.about}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function to(page: LinkProps["to"], projectId: string): Pick<LinkProps, "to" | "params"> {
  return { to: page, params: { projectId } };
}
