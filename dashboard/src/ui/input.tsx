import clsx from "clsx";
import { ChevronDown, Eye, EyeOff, Search, X } from "lucide-react";
import { type ComponentProps, useState } from "react";

import { IconButton } from "./button";
import { useControl } from "./field";
import { text } from "@/text";

const control =
  "w-full min-w-0 rounded-lg border border-edge bg-surface text-ink placeholder:text-faint transition-colors " +
  "hover:border-soft focus-visible:border-accent-ink focus-visible:outline-1 focus-visible:outline-offset-0 " +
  "aria-invalid:border-danger-ink disabled:cursor-not-allowed disabled:bg-sunken disabled:text-faint";

const line = "h-9 px-3 text-sm";

interface TextInputProps extends ComponentProps<"input"> {
  /** For keys, URLs, ids. */
  isCode?: boolean;
}

/** One line of text. */
export function TextInput({ isCode = false, className, ...rest }: TextInputProps) {
  return (
    <input
      type="text"
      spellCheck={isCode ? false : undefined}
      autoCapitalize={isCode ? "none" : undefined}
      autoComplete="off"
      {...useControl()}
      {...rest}
      className={clsx(control, line, "read-only:bg-sunken", isCode && "font-mono text-[13px]", className)}
    />
  );
}

/** A password, which can be shown. */
export function PasswordInput({ className, ...rest }: ComponentProps<"input">) {
  const [isShown, setShown] = useState(false);
  return (
    <div className="relative">
      <input
        {...useControl()}
        {...rest}
        type={isShown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="none"
        className={clsx(control, line, "pr-10", className)}
      />
      <IconButton
        size="sm"
        className="absolute top-1 right-1"
        label={isShown ? text.passwords.hide : text.passwords.show}
        aria-pressed={isShown}
        icon={isShown ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
        onClick={() => setShown(!isShown)}
      />
    </div>
  );
}

interface TextareaProps extends ComponentProps<"textarea"> {
  isCode?: boolean;
}

/** Several lines of text; grows with them where the browser can. */
export function Textarea({ isCode = false, className, ...rest }: TextareaProps) {
  return (
    <textarea
      rows={3}
      spellCheck={isCode ? false : undefined}
      autoComplete="off"
      {...useControl()}
      {...rest}
      className={clsx(
        control,
        "field-sizing-content max-h-96 min-h-20 px-3 py-2",
        isCode && "font-mono text-[13px] break-all",
        className,
      )}
    />
  );
}

/** One of several, in the browser's own list. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <div className={clsx("relative", className)}>
      <select {...useControl()} {...rest} className={clsx(control, line, "appearance-none truncate pr-9")}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-faint"
      />
    </div>
  );
}

interface SearchInputProps {
  /** What is searched; the field's name and its placeholder. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** The page's search field, which `/` focuses. */
export function SearchInput({ label, value, onChange, className }: SearchInputProps) {
  return (
    <div className={clsx("relative", className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
      />
      <input
        type="search"
        data-page-search
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={clsx(control, line, "px-9 [&::-webkit-search-cancel-button]:hidden")}
      />
      {value !== "" && (
        <IconButton
          size="sm"
          className="absolute top-1 right-1"
          label={text.ui.clear}
          icon={<X aria-hidden className="size-4" />}
          onClick={() => onChange("")}
        />
      )}
    </div>
  );
}
