import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { Button, IconButton } from "./button";
import { toast } from "./toast";
import { fill, text } from "@/text";

interface CopyButtonProps {
  /** The value, or what makes it when it is asked for. */
  value: string | (() => string);
  /** What is copied, in words: "base URL". */
  what: string;
  /** Shows the word beside the icon. */
  isLabelled?: boolean;
  look?: "primary" | "secondary";
}

/** Copies a value and says so. */
export function CopyButton({ value, what, isLabelled = false, look = "secondary" }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = () =>
    void writeClipboard(typeof value === "string" ? value : value()).then((done) =>
      done ? setCopied(true) : toast.error(text.ui.copyFailed),
    );
  const icon = isCopied ? (
    <Check aria-hidden className="size-4 text-ok-ink" />
  ) : (
    <Copy aria-hidden className="size-4" />
  );
  const announcement = (
    <span role="status" className="sr-only">
      {isCopied ? text.ui.copied : ""}
    </span>
  );
  if (isLabelled) {
    return (
      <>
        <Button
          size="sm"
          look={look}
          icon={icon}
          onClick={copy}
          aria-label={fill(text.ui.copyNamed, { what })}
        >
          {isCopied ? text.ui.copied : text.ui.copy}
        </Button>
        {announcement}
      </>
    );
  }
  return (
    <>
      <IconButton size="sm" label={fill(text.ui.copyNamed, { what })} icon={icon} onClick={copy} />
      {announcement}
    </>
  );
}

/** Pages that are not on HTTPS have no clipboard interface; the old command still works there. */
async function writeClipboard(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copyBySelection(value);
  }
}

function copyBySelection(value: string): boolean {
  const active = document.activeElement;
  const area = document.createElement("textarea");
  area.value = value;
  area.setAttribute("readonly", "");
  area.className = "sr-only";
  // Inside an open dialog, which would take the focus back from an element outside of it.
  (active?.parentElement ?? document.body).append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is nothing else without HTTPS
  const done = document.execCommand("copy");
  area.remove();
  if (active instanceof HTMLElement) active.focus();
  return done;
}
