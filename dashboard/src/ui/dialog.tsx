import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { IconButton } from "./button";
import { useFocusReturn } from "./focus-return";
import { text } from "@/text";

interface DialogProps {
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** The buttons, the main one last. */
  footer?: ReactNode;
  /** For forms with more than a few fields. */
  isWide?: boolean;
  /** What it shows cannot be shown again: only its buttons close it, neither Esc nor a press beside it. */
  isKept?: boolean;
}

/** A question or a short form on top of the page, open as long as it is mounted. */
export function Dialog({
  onClose,
  title,
  description,
  children,
  footer,
  isWide = false,
  isKept = false,
}: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-[appear_120ms_ease-out] bg-black/45 backdrop-blur-[2px]" />
        <Radix.Content
          // Without a description Radix asks for this to be explicit.
          {...(description ? {} : { "aria-describedby": undefined })}
          {...useFocusReturn()}
          onInteractOutside={(event) => isKept && event.preventDefault()}
          onEscapeKeyDown={(event) => isKept && event.preventDefault()}
          className={`fixed inset-x-3 top-[max(1rem,8vh)] z-40 mx-auto flex max-h-[84vh] animate-appear flex-col rounded-2xl border border-line bg-raised shadow-float outline-none ${isWide ? "max-w-2xl" : "max-w-md"}`}
        >
          <div className="flex items-start gap-4 px-5 pt-5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-base font-semibold text-balance">{title}</Radix.Title>
              {description && (
                <Radix.Description asChild>
                  <div className="mt-1 text-soft">{description}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton
                size="sm"
                className="-mt-0.5 -mr-1.5"
                label={text.ui.close}
                icon={<X aria-hidden className="size-4" />}
              />
            </Radix.Close>
          </div>
          <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <div className="flex flex-wrap justify-end gap-2 rounded-b-2xl border-t border-line bg-sunken/60 px-5 py-3.5">
              {footer}
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
