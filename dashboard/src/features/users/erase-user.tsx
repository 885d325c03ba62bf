import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";

import { type Erased, erasureQuery, eraseUser } from "./api";
import { consequences } from "./erasure";
import { messageOf } from "@/api/error";
import { useProject } from "@/api/projects";
import { allows } from "@/api/session";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Dialog } from "@/ui/dialog";
import { Skeleton } from "@/ui/skeleton";

const words = text.users.erase;

/** Erases a user, once it is read what that does and the id is typed. */
export function EraseUser({ userId, onErased }: { userId: string; onErased: (erased: Erased) => void }) {
  const project = useProject();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        icon={<Trash2 aria-hidden className="size-4" />}
        disabledReason={allows(project.role, "admin") ? undefined : text.ui.needsRole.admin}
        onClick={() => setOpen(true)}
      >
        {words.action}
      </Button>
      {isOpen && (
        <EraseDialog
          projectId={project.id}
          userId={userId}
          onErased={onErased}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function EraseDialog(props: {
  projectId: string;
  userId: string;
  onErased: (erased: Erased) => void;
  onClose: () => void;
}) {
  const { projectId, userId, onErased, onClose } = props;
  const preview = useQuery(erasureQuery(projectId, userId));
  if (!preview.data) {
    // Nothing can be confirmed before it is known what it does.
    return (
      <Dialog
        onClose={onClose}
        title={words.title}
        footer={<Button onClick={onClose}>{text.ui.cancel}</Button>}
      >
        {preview.error ? (
          <Callout tone="danger">{messageOf(preview.error)}</Callout>
        ) : (
          <div role="status" aria-busy aria-label={words.loading} className="space-y-2.5">
            <Skeleton className="h-4 w-4/5" />
            <Skeleton className="h-4 w-3/5" />
            <Skeleton className="h-4 w-2/3" />
          </div>
        )}
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.title}
      action={words.action}
      typedName={userId}
      onConfirm={async () => onErased(await eraseUser(projectId, userId))}
    >
      <p>{words.lead}</p>
      <ul className="list-disc space-y-1.5 pl-5 text-ink">
        {consequences(preview.data).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p>{words.after}</p>
    </ConfirmDialog>
  );
}
