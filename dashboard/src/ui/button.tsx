import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Slot } from "radix-ui";

import { Tooltip } from "./tooltip";

type Look = "primary" | "secondary" | "ghost" | "danger";
type Size = "sm" | "md";

const looks: Record<Look, string> = {
  primary: "bg-accent text-white shadow-card hover:bg-accent-hover border-transparent",
  secondary: "bg-surface text-ink border-line shadow-card hover:bg-hover dark:bg-raised",
  ghost: "border-transparent text-soft hover:bg-hover hover:text-ink",
  danger: "bg-danger text-white shadow-card hover:bg-danger-hover border-transparent",
};

const sizes: Record<Size, string> = {
  sm: "h-7 gap-1.5 px-2.5 text-[13px]",
  md: "h-9 gap-2 px-3.5 text-sm",
};

const shape =
  "inline-flex shrink-0 select-none items-center justify-center rounded-lg border font-medium whitespace-nowrap transition-colors " +
  "aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:cursor-not-allowed disabled:opacity-55";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: Size;
  icon?: ReactNode;
  /** Shows that it is being done; further presses do nothing. */
  isBusy?: boolean;
  /** Why it cannot be used, shown on hover and focus and read aloud. */
  disabledReason?: string | undefined;
  /** Lends its look to the only child, a link say. */
  asChild?: boolean;
}

/** What an operator presses. Buttons that lead elsewhere are links: `asChild`. */
export function Button({
  look = "secondary",
  size = "md",
  icon,
  isBusy = false,
  disabledReason,
  asChild = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const classes = clsx(shape, looks[look], sizes[size], className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const isInert = isBusy || disabledReason !== undefined;
  const button = (
    <button
      type="button"
      {...rest}
      className={classes}
      aria-disabled={isInert || undefined}
      aria-busy={isBusy || undefined}
      onClick={(event) => {
        if (isInert) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {isBusy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : icon}
      {children}
    </button>
  );
  return disabledReason === undefined ? button : <Tooltip content={disabledReason}>{button}</Tooltip>;
}

interface IconButtonProps extends Omit<ButtonProps, "children" | "icon" | "asChild"> {
  /** What it does: its name and its tooltip. */
  label: string;
  icon: ReactNode;
}

/** A button with an icon alone. */
export function IconButton({
  label,
  icon,
  size = "md",
  look = "ghost",
  disabledReason,
  ...rest
}: IconButtonProps) {
  const square = size === "sm" ? "!px-0 w-7" : "!px-0 w-9";
  return (
    <Tooltip content={disabledReason ?? label}>
      <Button
        {...rest}
        look={look}
        size={size}
        icon={icon}
        aria-label={label}
        className={clsx(square, rest.className)}
      />
    </Tooltip>
  );
}
