import { ThreadListPrimitive, useAui, useAuiState } from "@assistant-ui/react";
import clsx from "clsx";
import { Archive, ArchiveRestore, Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { type SyntheticEvent, useState } from "react";

import { fill, text } from "@/text";
import { Button, IconButton } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Menu, MenuDivider, MenuItem } from "@/ui/menu";
import { Skeleton } from "@/ui/skeleton";

const words = text.playground.list;

/** The threads of whoever chats. `onChosen` follows each choice. */
export function ThreadList({ onChosen }: { onChosen?: () => void }) {
  const aui = useAui();
  const isLoading = useAuiState((state) => state.threads.isLoading);
  const isEmpty = useAuiState(
    (state) => state.threads.threadIds.length + state.threads.archivedThreadIds.length === 0,
  );
  const hasArchived = useAuiState((state) => state.threads.archivedThreadIds.length > 0);
  const hasMore = useAuiState((state) => state.threads.hasMore);
  const hasFailed = useAuiState((state) => state.threads.loadError !== undefined);
  const isLoadingMore = useAuiState((state) => state.threads.isLoadingMore);
  const renderItem = () => <Item {...(onChosen ? { onChosen } : {})} />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="p-2.5">
        <Button
          className="w-full"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => {
            aui.threads.switchToNewThread();
            onChosen?.();
          }}
        >
          {words.new}
        </Button>
      </div>
      <nav aria-label={words.title} className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-3">
        {isLoading && isEmpty && <ListSkeleton />}
        {hasFailed && (
          <div className="space-y-2 px-2 py-3 text-[13px] text-soft">
            <p role="alert">{words.failed}</p>
            <Button size="sm" onClick={() => void aui.threads.reload()}>
              {text.ui.retry}
            </Button>
          </div>
        )}
        {!isLoading && !hasFailed && isEmpty && (
          <p className="px-2 py-3 text-[13px] text-faint">{words.none}</p>
        )}
        <ul className="space-y-0.5">
          <ThreadListPrimitive.Items>{renderItem}</ThreadListPrimitive.Items>
        </ul>
        {hasArchived && (
          <>
            <h2 className="px-2 pt-4 pb-1 text-xs font-medium text-faint">{words.archived}</h2>
            <ul className="space-y-0.5">
              <ThreadListPrimitive.Items archived>{renderItem}</ThreadListPrimitive.Items>
            </ul>
          </>
        )}
        {hasMore && (
          <Button
            size="sm"
            className="mt-3 w-full"
            isBusy={isLoadingMore}
            onClick={() => void aui.threads.loadMore()}
          >
            {words.loadMore}
          </Button>
        )}
      </nav>
    </div>
  );
}

const widths = ["w-4/5", "w-3/5", "w-2/3"];

function ListSkeleton() {
  return (
    <div role="status" aria-busy aria-label={text.ui.loading} className="space-y-4 px-2 py-3">
      {widths.map((width) => (
        <Skeleton key={width} className={`h-4 ${width}`} />
      ))}
    </div>
  );
}

function Item({ onChosen }: { onChosen?: () => void }) {
  const aui = useAui();
  const title = useAuiState((state) => state.threadListItem.title);
  const isMain = useAuiState((state) => state.threads.mainThreadId === state.threadListItem.id);
  const [isRenaming, setRenaming] = useState(false);
  const shown = title === undefined || title === "" ? words.untitled : title;
  if (isRenaming)
    return (
      <li>
        <RenameForm
          title={title ?? ""}
          onDone={(renamed) => {
            setRenaming(false);
            if (renamed !== undefined && renamed !== title) aui.threadListItem.rename(renamed);
          }}
        />
      </li>
    );
  return (
    <li
      className={clsx(
        "group/item flex items-center rounded-lg pr-1 transition-colors hover:bg-hover",
        isMain && "bg-hover",
      )}
    >
      <button
        type="button"
        aria-current={isMain ? "true" : undefined}
        // A look at an archived thread does not bring it back.
        onClick={() => {
          aui.threadListItem.switchTo({ unarchive: false });
          onChosen?.();
        }}
        className={clsx(
          "min-h-9 min-w-0 flex-1 truncate rounded-lg px-2.5 text-left text-[13px] focus-visible:-outline-offset-2",
          isMain ? "font-medium" : "text-soft",
        )}
      >
        {shown}
      </button>
      <ItemMenu title={shown} onRename={() => setRenaming(true)} />
    </li>
  );
}

function ItemMenu({ title, onRename }: { title: string; onRename: () => void }) {
  const aui = useAui();
  const isArchived = useAuiState((state) => state.threadListItem.status === "archived");
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <IconButton
            size="sm"
            label={fill(words.actions, { title })}
            icon={<Ellipsis aria-hidden className="size-4" />}
          />
        }
      >
        <MenuItem icon={<Pencil aria-hidden className="size-4 text-faint" />} onSelect={onRename}>
          {words.rename}
        </MenuItem>
        {isArchived ? (
          <MenuItem
            icon={<ArchiveRestore aria-hidden className="size-4 text-faint" />}
            onSelect={() => aui.threadListItem.unarchive()}
          >
            {words.unarchive}
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Archive aria-hidden className="size-4 text-faint" />}
            onSelect={() => aui.threadListItem.archive()}
          >
            {words.archive}
          </MenuItem>
        )}
        <MenuDivider />
        <MenuItem
          isDangerous
          icon={<Trash2 aria-hidden className="size-4" />}
          onSelect={() => setDeleting(true)}
        >
          {words.delete}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={words.deleteTitle}
        action={words.delete}
        onConfirm={() => {
          aui.threadListItem.delete();
          return Promise.resolve();
        }}
      >
        <p>{fill(words.deleteBody, { title })}</p>
      </ConfirmDialog>
    </>
  );
}

/** Enter takes the new title, Escape leaves the old one. */
function RenameForm({ title, onDone }: { title: string; onDone: (title?: string) => void }) {
  const [typed, setTyped] = useState(title);
  const finish = (event?: SyntheticEvent) => {
    event?.preventDefault();
    onDone(typed.trim() === "" ? undefined : typed.trim());
  };
  return (
    <form onSubmit={finish}>
      <input
        type="text"
        // The menu that led here is gone; what was chosen in it is to be typed now.
        autoFocus // eslint-disable-line jsx-a11y-x/no-autofocus
        aria-label={words.newName}
        value={typed}
        maxLength={255}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => finish()}
        onKeyDown={(event) => event.key === "Escape" && onDone()}
        className="h-9 w-full rounded-lg border border-accent-ink bg-surface px-2.5 text-[13px]"
      />
    </form>
  );
}
