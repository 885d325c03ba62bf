import clsx from "clsx";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";

import { Button, IconButton } from "./button";
import { text } from "@/text";

interface Notice {
  id: number;
  tone: "ok" | "danger";
  message: string;
  action: { label: string; onClick: () => void } | undefined;
}

const shownMs = { ok: 5_000, danger: 12_000 };
const atMost = 3;

let notices: readonly Notice[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

/** Says in passing what was done, or why it was not. */
export const toast = {
  success: (message: string, action?: Notice["action"]) => push({ tone: "ok", message, action }),
  error: (message: string, action?: Notice["action"]) => push({ tone: "danger", message, action }),
};

/** Where notices appear; once on the page. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <div
      role="region"
      aria-label={text.ui.notifications}
      className="pointer-events-none fixed inset-x-3 bottom-3 z-50 flex flex-col items-end gap-2 sm:left-auto sm:w-96"
    >
      <div aria-live="polite" className="contents">
        {shown
          .filter((notice) => notice.tone === "ok")
          .map((notice) => (
            <Item key={notice.id} notice={notice} />
          ))}
      </div>
      <div aria-live="assertive" className="contents">
        {shown
          .filter((notice) => notice.tone === "danger")
          .map((notice) => (
            <Item key={notice.id} notice={notice} />
          ))}
      </div>
    </div>
  );
}

function Item({ notice }: { notice: Notice }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => drop(notice.id), shownMs[notice.tone]);
    return () => clearTimeout(timer);
  }, [notice, isHeld]);
  return (
    // Holding the pointer or the focus on it only keeps it from leaving.
    // eslint-disable-next-line jsx-a11y-x/no-static-element-interactions
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-full animate-rise items-start gap-3 rounded-xl border border-line bg-raised py-3 pr-2.5 pl-4 shadow-float"
    >
      <span
        aria-hidden
        className={clsx("mt-0.5 [&>svg]:size-4", notice.tone === "ok" ? "text-ok-ink" : "text-danger-ink")}
      >
        {notice.tone === "ok" ? <CircleCheck /> : <CircleAlert />}
      </span>
      <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">{notice.message}</p>
      {notice.action && (
        <Button
          size="sm"
          onClick={() => {
            notice.action?.onClick();
            drop(notice.id);
          }}
        >
          {notice.action.label}
        </Button>
      )}
      <IconButton
        size="sm"
        className="-my-1"
        label={text.ui.dismiss}
        icon={<X aria-hidden className="size-4" />}
        onClick={() => drop(notice.id)}
      />
    </div>
  );
}

function push(notice: Omit<Notice, "id">): void {
  notices = [...notices, { ...notice, id: nextId++ }].slice(-atMost);
  tell();
}

function drop(id: number): void {
  notices = notices.filter((notice) => notice.id !== id);
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
