import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import clsx from "clsx";
import { CornerDownLeft, Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";

import { jumpQuery, targetOf } from "./jump";
import { findTargets, type Target } from "./pages";
import { usePlace } from "@/app/shell/place";
import { useSession } from "@/api/session";
import { fill, plural, text } from "@/text";
import { useFocusReturn } from "@/ui/focus-return";
import { Kbd } from "@/ui/kbd";

/** The box that leads anywhere by name. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const { targets, isSearching } = useTargets(query);
  const navigate = useNavigate();
  const id = useId();
  const active = Math.min(chosen, targets.length - 1);

  function open(target: Target | undefined) {
    if (!target) return;
    onClose();
    void navigate(target.link as Parameters<typeof navigate>[0]);
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && targets.length > 0) {
      event.preventDefault();
      setChosen((active + step + targets.length) % targets.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      open(targets[active]);
    }
  }

  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45 backdrop-blur-[2px]" />
        <Radix.Content
          aria-describedby={undefined}
          {...useFocusReturn()}
          className="fixed inset-x-3 top-[12vh] z-40 mx-auto flex max-h-[70vh] max-w-xl animate-appear flex-col overflow-hidden rounded-2xl border border-line bg-raised shadow-float"
        >
          <Radix.Title className="sr-only">{text.palette.title}</Radix.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search aria-hidden className="size-4 shrink-0 text-faint" />
            <input
              role="combobox"
              aria-expanded
              aria-controls={`${id}list`}
              aria-activedescendant={targets.length > 0 ? `${id}${active}` : undefined}
              aria-autocomplete="list"
              aria-label={text.palette.title}
              placeholder={text.palette.placeholder}
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setChosen(0);
              }}
              onKeyDown={onKeyDown}
              className="h-13 min-w-0 flex-1 bg-transparent text-[15px] outline-none placeholder:text-faint"
            />
          </div>
          <TargetList id={id} targets={targets} active={active} onOpen={open} onPoint={setChosen} />
          {targets.length === 0 && (
            <p className="px-4 py-8 text-center text-soft">
              {isSearching ? text.palette.searching : fill(text.palette.nothing, { query })}
            </p>
          )}
          <p role="status" className="sr-only">
            {plural(targets.length, text.palette.found)}
          </p>
          <div className="hidden gap-4 border-t border-line px-4 py-2 text-xs text-faint sm:flex">
            <span className="flex items-center gap-1.5">
              <Kbd>↑</Kbd> <Kbd>↓</Kbd> {text.palette.hintMove}
            </span>
            <span className="flex items-center gap-1.5">
              <Kbd>
                <CornerDownLeft aria-hidden className="size-3" />
              </Kbd>
              {text.palette.hintOpen}
            </span>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface TargetListProps {
  id: string;
  targets: Target[];
  active: number;
  onOpen: (target: Target) => void;
  onPoint: (index: number) => void;
}

function TargetList({ id, targets, active, onOpen, onPoint }: TargetListProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div
      ref={ref}
      id={`${id}list`}
      role="listbox"
      aria-label={text.palette.results}
      className={clsx("min-h-0 overflow-y-auto p-1.5", targets.length === 0 && "hidden")}
    >
      {targets.map((target, index) => (
        <div key={target.key} role="presentation">
          {target.group !== targets[index - 1]?.group && (
            <div role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">
              {target.group}
            </div>
          )}
          {/* The keyboard works in the field, which names the active option. */}
          {/* eslint-disable-next-line jsx-a11y-x/click-events-have-key-events, jsx-a11y-x/interactive-supports-focus */}
          <div
            id={`${id}${index}`}
            role="option"
            aria-selected={index === active}
            onClick={() => onOpen(target)}
            onPointerMove={() => onPoint(index)}
            className={clsx(
              "flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-2.5",
              index === active && "bg-hover",
            )}
          >
            <span className="min-w-0 flex-1 truncate">{target.label}</span>
            {target.detail && (
              <span className="max-w-[50%] truncate text-[13px] text-faint">{target.detail}</span>
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

const firstMany = 60;

function useTargets(query: string): {
  targets: Target[];
  isSearching: boolean;
} {
  const session = useSession();
  const place = usePlace();
  const wanted = useSettled(query.trim());
  const found = useQuery({
    ...jumpQuery(wanted, place.project?.id),
    placeholderData: keepPreviousData,
  });
  const known = findTargets(useDeferredValue(query), session, place);
  const results = query.trim() === "" ? [] : (found.data?.results ?? []);
  const others = results
    .map(targetOf)
    .filter((target) => !known.some((page) => page.key === target.key || sameProject(page, target)));
  return {
    targets: [...known, ...others].slice(0, firstMany),
    isSearching: found.isFetching || wanted !== query.trim(),
  };
}

function sameProject(page: Target, target: Target): boolean {
  return (
    target.link.to === "/projects/$projectId" && page.key === `project ${target.key.split(" ").at(-1) ?? ""}`
  );
}

const settleMs = 140;

/** A value that has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
