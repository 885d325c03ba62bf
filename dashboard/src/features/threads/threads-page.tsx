import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { MessagesSquare, SearchX } from "lucide-react";

import { threadsQuery } from "./api";
import { OrderSelect } from "./order-select";
import {
  activeFilters,
  type FilterChange,
  type ThreadsSearch,
  validateThreadsSearch,
  withFilters,
} from "./search";
import { FilterButton, FilterChips } from "./thread-filters";
import { ThreadsTable } from "./threads-table";
import { useProject } from "@/api/projects";
import { isNoRefusal } from "@/api/query-client";
import { useSearchText } from "@/routing/use-search-text";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SearchInput } from "@/ui/input";
import { Page, PageHeader } from "@/ui/page";
import { Pager } from "@/ui/pager";
import { RefusedList } from "@/ui/refused-list";

const route = "/shell/projects/$projectId/threads";

export function ThreadsPage() {
  const project = useProject();
  const search = useSearch({ from: route });
  const navigate = useNavigate({ from: "/projects/$projectId/threads" });
  const threads = useQuery({ ...threadsQuery(project.id, search), throwOnError: isNoRefusal });

  const setFilters = (filters: FilterChange) => void navigate({ search: withFilters(search, filters) });
  const [typed, setTyped] = useSearchText(search.search, (found) => {
    // The steps of typing are none to go back to; the list without a search is.
    const replace = search.search !== undefined;
    void navigate({
      search: { ...search, search: found, pages: undefined },
      replace,
    });
  });

  return (
    <Page>
      <PageHeader title={text.threads.title} place={project.name} description={text.threads.description} />
      <div className="mb-4 space-y-3">
        <div className="flex flex-wrap gap-2">
          <SearchInput
            label={text.threads.search}
            value={typed}
            onChange={setTyped}
            className="min-w-0 flex-1"
          />
          <FilterButton search={search} onChange={setFilters} />
          {search.search === undefined && (
            // A search has an order of its own: the latest hit first.
            <OrderSelect
              order={search.order}
              onChange={(order) =>
                void navigate({ search: validateThreadsSearch({ ...search, order, pages: undefined }) })
              }
              className="max-sm:w-full sm:w-52"
            />
          )}
        </div>
        <FilterChips search={search} onChange={setFilters} />
      </div>
      <Card isFlush>
        {threads.data === undefined && threads.error ? (
          <RefusedList error={threads.error} />
        ) : (
          <>
            <ThreadsTable
              rows={threads.data?.threads}
              isStale={threads.isPlaceholderData}
              empty={
                search.search !== undefined ||
                activeFilters(search).length > 0 ||
                search.pages !== undefined ? (
                  <NothingFound search={search} />
                ) : (
                  <NoThreads projectId={project.id} />
                )
              }
            />
            <Pager pages={search.pages} next={threads.data?.next_cursor} />
          </>
        )}
      </Card>
    </Page>
  );
}

function NoThreads({ projectId }: { projectId: string }) {
  return (
    <EmptyState
      icon={<MessagesSquare />}
      title={text.threads.noneTitle}
      actions={
        <>
          <Button asChild>
            <Link to="/projects/$projectId/playground" params={{ projectId }}>
              {text.threads.openPlayground}
            </Link>
          </Button>
          <Button asChild look="primary">
            <Link to="/projects/$projectId/onboarding/$step" params={{ projectId, step: "sign-in" }}>
              {text.threads.connect}
            </Link>
          </Button>
        </>
      }
    >
      {text.threads.none}
    </EmptyState>
  );
}

function NothingFound({ search }: { search: ThreadsSearch }) {
  const isSearch = search.search !== undefined;
  const isFiltered = activeFilters(search).length > 0;
  return (
    <EmptyState
      icon={<SearchX />}
      title={text.threads.noMatchTitle}
      actions={
        <>
          {isFiltered && (
            <Button asChild>
              <Link to="." search={{ search: search.search, order: search.order } as never}>
                {text.ui.clearFilters}
              </Link>
            </Button>
          )}
          {isSearch && (
            <Button asChild>
              <Link to="." search={{ ...search, search: undefined, pages: undefined } as never}>
                {text.threads.clearSearch}
              </Link>
            </Button>
          )}
          {!isFiltered && !isSearch && (
            <Button asChild>
              <Link to="." search={{}}>
                {text.ui.firstPage}
              </Link>
            </Button>
          )}
        </>
      }
    >
      {search.pages !== undefined && text.threads.noMorePages}
      {search.pages === undefined && (isSearch ? text.threads.noHit : text.threads.noMatch)}
    </EmptyState>
  );
}
