import clsx from "clsx";
import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
  /** As wide as its trigger at least. */
  isFitted?: boolean;
}

/** A button's list of actions and links. */
export function Menu({ trigger, children, align = "end", isFitted = false }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={clsx(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 animate-appear overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-float",
            isFitted && "min-w-(--radix-dropdown-menu-trigger-width)",
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const row =
  "flex min-h-8 w-full cursor-default items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-left outline-none select-none " +
  "data-[highlighted]:bg-hover data-[disabled]:text-faint";

interface MenuItemProps {
  icon?: ReactNode;
  children: ReactNode;
  onSelect?: () => void;
  isDangerous?: boolean;
  /** Why it cannot be chosen; shown under it. */
  disabledReason?: string | undefined;
  /** The only child is a link. */
  asChild?: boolean;
}

/** An action; or with `asChild` a link. */
export function MenuItem({ icon, children, onSelect, isDangerous, disabledReason, asChild }: MenuItemProps) {
  if (asChild) {
    return (
      <Radix.Item asChild className={row}>
        {children}
      </Radix.Item>
    );
  }
  return (
    <Radix.Item
      className={clsx(row, isDangerous && "text-danger-ink")}
      disabled={disabledReason !== undefined}
      {...(onSelect ? { onSelect } : {})}
    >
      {icon}
      <span className="min-w-0 flex-1">
        {children}
        {disabledReason && <span className="block max-w-56 text-xs text-faint">{disabledReason}</span>}
      </span>
    </Radix.Item>
  );
}

/** One of several, marked when it is chosen. */
export function MenuChoices<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: Value;
  choices: { value: Value; label: string; icon?: ReactNode }[];
  onChange: (value: Value) => void;
}) {
  return (
    <Radix.RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(chosen) => {
        const choice = choices.find((candidate) => candidate.value === chosen);
        if (choice) onChange(choice.value);
      }}
    >
      {choices.map((choice) => (
        <Radix.RadioItem
          key={choice.value}
          value={choice.value}
          className={row}
          onSelect={(event) => event.preventDefault()}
        >
          {choice.icon}
          <span className="min-w-0 flex-1 truncate">{choice.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden className="size-4 text-accent-ink" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

/** The heading of a part of a menu. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">{children}</Radix.Label>;
}

/** A line between parts of a menu. */
export function MenuDivider() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
