import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";

import { Button } from "./button";
import { EmptyState } from "./empty-state";
import { messageOf } from "@/api/error";
import { text } from "@/text";

/** Instead of a list that the server does not give for what stands in the URL; the filters stay in reach. */
export function RefusedList({ error }: { error: Error }) {
  return (
    <div role="alert">
      <EmptyState
        icon={<SearchX />}
        title={text.ui.refusedListTitle}
        actions={
          <Button asChild>
            <Link to="." search={{}}>
              {text.ui.clearFilters}
            </Link>
          </Button>
        }
      >
        {messageOf(error)}
      </EmptyState>
    </div>
  );
}
