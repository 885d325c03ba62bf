import { Check, ChevronDown } from "lucide-react";

import type { Role } from "@/api/contract";
import { fill, text } from "@/text";
import { Menu, MenuItem } from "@/ui/menu";

const words = text.members.list;

interface RoleMenuProps {
  /** Whose role it is. */
  name: string;
  role: Role;
  choices: Role[];
  onChange: (role: Role) => void;
}

/** A member's role, and the others that one may give them. */
export function RoleMenu({ name, role, choices, onChange }: RoleMenuProps) {
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={fill(words.changeRole, {
            name,
            role: text.ui.role[role],
          })}
          className="inline-flex h-7 items-center gap-1 rounded-lg border border-line bg-surface pr-1.5 pl-2.5 text-[13px] font-medium shadow-card transition-colors hover:bg-hover dark:bg-raised"
        >
          {text.ui.role[role]}
          <ChevronDown aria-hidden className="size-3.5 text-faint" />
        </button>
      }
    >
      {choices.map((choice) => (
        <MenuItem
          key={choice}
          icon={<Mark isShown={choice === role} />}
          onSelect={() => {
            if (choice !== role) onChange(choice);
          }}
        >
          <span className="block font-medium">
            {text.ui.role[choice]}
            {choice === role && <span className="sr-only"> ({words.current})</span>}
          </span>
          <span className="block max-w-64 text-[13px] text-pretty text-faint">
            {text.members.about[choice]}
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}

function Mark({ isShown }: { isShown: boolean }) {
  return (
    <span aria-hidden className="mt-0.5 size-4 shrink-0 self-start text-accent-ink">
      {isShown && <Check className="size-4" />}
    </span>
  );
}
