import { orders, type ThreadsSearch } from "./search";
import { text } from "@/text";
import { Select } from "@/ui/input";

const words = text.threads.order;

interface OrderSelectProps {
  order: ThreadsSearch["order"];
  onChange: (order: string | undefined) => void;
  className?: string;
}

/** In which order the threads are listed. */
export function OrderSelect({ order, onChange, className }: OrderSelectProps) {
  return (
    <Select
      aria-label={words.label}
      value={order ?? ""}
      onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
      {...(className !== undefined && { className })}
    >
      <option value="">{words.last_message}</option>
      {orders.map((name) => (
        <option key={name} value={name}>
          {words[name]}
        </option>
      ))}
    </Select>
  );
}
