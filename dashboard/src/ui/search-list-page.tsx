import type { UseQueryResult } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "./button";
import { Card } from "./card";
import { EmptyState } from "./empty-state";
import { SearchInput } from "./input";
import { Page, PageHeader } from "./page";
import { Pager } from "./pager";
import { RefusedList } from "./refused-list";
import { type Column, Table } from "./table";
import { useSearchText } from "@/routing/use-search-text";
import { text } from "@/text";

interface SearchListPageProps<Row, Answer> {
  words: { title: string; description: string; search: string; noMatchTitle: string; noMatch: string };
  /** The project's name. */
  place: string;
  /** What stands in the URL. */
  search: { search?: string | undefined; pages?: string | undefined };
  query: UseQueryResult<Answer>;
  rowsOf: (answer: Answer) => Row[];
  columns: Column<Row>[];
  /** Instead of the table when there is nothing at all. */
  none: ReactNode;
}

/** A page that is a list, searched by a text and paged, both in its URL. */
export function SearchListPage<Row extends { id: string }, Answer extends { next_cursor: string | null }>({
  words,
  place,
  search,
  query,
  rowsOf,
  columns,
  none,
}: SearchListPageProps<Row, Answer>) {
  const navigate = useNavigate();
  const { data, error, isPlaceholderData } = query;
  const [typed, setTyped] = useSearchText(search.search, (found) => {
    // The steps of typing are none to go back to; the list without a search is.
    const replace = search.search !== undefined;
    void navigate({ to: ".", search: { search: found } as never, replace });
  });
  const isWhole = search.search === undefined && search.pages === undefined;
  return (
    <Page>
      <PageHeader title={words.title} place={place} description={words.description} />
      <SearchInput label={words.search} value={typed} onChange={setTyped} className="mb-4" />
      <Card isFlush>
        {data === undefined && error ? (
          <RefusedList error={error} />
        ) : (
          <>
            <Table
              label={words.title}
              columns={columns}
              rows={data && rowsOf(data)}
              rowKey={(row) => row.id}
              isStale={isPlaceholderData}
              skeletonRows={8}
              empty={isWhole ? none : <NothingFound words={words} />}
            />
            <Pager pages={search.pages} next={data?.next_cursor} />
          </>
        )}
      </Card>
    </Page>
  );
}

function NothingFound({ words }: { words: { noMatchTitle: string; noMatch: string } }) {
  return (
    <EmptyState
      icon={<SearchX />}
      title={words.noMatchTitle}
      actions={
        <Button asChild>
          <Link to="." search={{}}>
            {text.ui.clear}
          </Link>
        </Button>
      }
    >
      {words.noMatch}
    </EmptyState>
  );
}
