import { Link } from "@tanstack/react-router";

import { Mark } from "./mark";
import { text } from "@/text";

/** The mark and the name, leading home. */
export function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2 rounded-md px-1 py-0.5 font-semibold tracking-tight">
      <Mark />
      {text.ui.product}
    </Link>
  );
}
