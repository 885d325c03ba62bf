import { ChevronDown, Download, FileJson, FileText } from "lucide-react";
import { useState } from "react";

import { fetchStored } from "./api";
import { saveFile } from "./save-file";
import { exportJson } from "./transcript/export-json";
import { exportMarkdown, exportName } from "./transcript/export-markdown";
import type { ThreadFacts } from "./transcript/shown";
import type { Messages } from "./use-messages";
import { messageOf } from "@/api/error";
import { useProjectId } from "@/api/projects";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Menu, MenuItem } from "@/ui/menu";
import { toast } from "@/ui/toast";

const words = text.threads.export;

interface ExportMenuProps {
  thread: ThreadFacts;
  messages: Messages;
}

/** Saves a thread: the branch that is shown as a document to read, or all that is stored for programs. */
export function ExportMenu({ thread, messages }: ExportMenuProps) {
  const projectId = useProjectId();
  const [isBusy, setBusy] = useState(false);

  async function save(name: string, type: string, write: () => Promise<readonly string[]>) {
    setBusy(true);
    try {
      saveFile(name, type, await write());
      toast.success(fill(words.done, { name }));
    } catch (error) {
      toast.error(fill(words.failed, { reason: messageOf(error) }));
    } finally {
      setBusy(false);
    }
  }

  const saveMarkdown = () =>
    save(exportName(thread, "md"), "text/markdown", async () => [
      exportMarkdown(thread, await messages.wholeBranch()),
    ]);
  const saveJson = () =>
    save(exportName(thread, "json"), "application/json", async () =>
      exportJson(thread, await fetchStored(projectId, thread.id)),
    );
  return (
    <Menu
      align="end"
      trigger={
        <Button icon={<Download aria-hidden className="size-4" />} isBusy={isBusy}>
          {words.action}
          <ChevronDown aria-hidden className="-mr-1 size-4 text-faint" />
        </Button>
      }
    >
      <MenuItem
        icon={<FileText aria-hidden className="size-4 text-faint" />}
        onSelect={() => void saveMarkdown()}
      >
        {words.markdown}
      </MenuItem>
      <MenuItem
        icon={<FileJson aria-hidden className="size-4 text-faint" />}
        onSelect={() => void saveJson()}
      >
        {words.json}
      </MenuItem>
    </Menu>
  );
}
