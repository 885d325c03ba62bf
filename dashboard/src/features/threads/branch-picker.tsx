import { BranchPickerPrimitive, useAuiState } from "@assistant-ui/react";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ComponentProps, createContext, type RefObject, use, useEffect, useRef } from "react";

import { fill, text } from "@/text";
import { IconButton } from "@/ui/button";

type Direction = "previous" | "next";

/** The control that was pressed last; another message takes the place of its own, and the focus goes there. */
type Pressed = RefObject<{ index: number; direction: Direction } | null>;

const PressedContext = createContext<Pressed | null>(null);

/** Around the messages of a thread whose branches can be switched. */
export function BranchFocus({ children }: { children: ComponentProps<"div">["children"] }) {
  const pressedRef: Pressed = useRef(null);
  return <PressedContext value={pressedRef}>{children}</PressedContext>;
}

/** Switches between the versions of a message; nothing when there is one. */
export function BranchPicker() {
  const pressedRef = use(PressedContext);
  const ref = useRef<HTMLDivElement>(null);
  const index = useAuiState((state) => state.message.index);
  const number = useAuiState((state) => state.message.branchNumber);
  const count = useAuiState((state) => state.message.branchCount);

  useEffect(() => {
    if (pressedRef?.current?.index !== index) return;
    ref.current?.querySelector<HTMLElement>(`[data-direction=${pressedRef.current.direction}]`)?.focus();
    pressedRef.current = null;
  }, [pressedRef, index]);

  if (count < 2) return null;
  const press = (direction: Direction) => {
    if (pressedRef) pressedRef.current = { index, direction };
  };
  return (
    <div
      ref={ref}
      role="group"
      aria-label={text.threads.branch.label}
      className="inline-flex items-center text-xs text-soft"
    >
      <BranchPickerPrimitive.Previous asChild onClick={() => press("previous")}>
        <Step direction="previous" />
      </BranchPickerPrimitive.Previous>
      <span className="px-1 tabular-nums" aria-live="polite">
        {fill(text.threads.branch.of, { number, count })}
      </span>
      <BranchPickerPrimitive.Next asChild onClick={() => press("next")}>
        <Step direction="next" />
      </BranchPickerPrimitive.Next>
    </div>
  );
}

/** At the last version it is still there for the keyboard, and does nothing. */
function Step({
  direction,
  disabled,
  ...rest
}: Omit<ComponentProps<typeof IconButton>, "label" | "icon"> & {
  direction: Direction;
}) {
  const Icon = direction === "previous" ? ChevronLeft : ChevronRight;
  return (
    <IconButton
      {...rest}
      size="sm"
      data-direction={direction}
      aria-disabled={disabled}
      label={text.threads.branch[direction]}
      icon={<Icon aria-hidden className="size-4" />}
    />
  );
}
