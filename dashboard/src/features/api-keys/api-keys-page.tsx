import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import { CreateKeyDialog } from "./create-key-dialog";
import { type ApiKeyList, apiKeysQuery } from "./queries";
import { maskedKey } from "./snippets";
import { stateOf } from "./state";
import { api, path } from "@/api/client";
import type { ApiKeyView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useOptimistic } from "@/api/optimistic";
import { useProject } from "@/api/projects";
import { fill, fillNodes, text } from "@/text";
import { Badge, type Tone } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { EmptyState } from "@/ui/empty-state";
import { GuideLink } from "@/ui/guide-link";
import { Page, PageHeader } from "@/ui/page";
import { type Column, Table } from "@/ui/table";
import { Time, useNow } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.apiKeys;
const tones: Record<ReturnType<typeof stateOf>, Tone> = {
  live: "ok",
  soon: "warn",
  expired: "neutral",
};

/** The keys of the project's servers. */
export function ApiKeysPage() {
  const project = useProject();
  const { data } = useQuery(apiKeysQuery(project.id));
  const { create } = useSearch({ from: "/shell/projects/$projectId/api-keys" });
  const navigate = useNavigate();
  const [doomed, setDoomed] = useState<ApiKeyView>();
  const revoke = useRevoke(project.id);
  const columns = useColumns(setDoomed);

  const showDialog = (isOpen: boolean) =>
    void navigate({
      to: ".",
      search: isOpen ? { create: "true" } : {},
      replace: !isOpen,
    });
  const createButton = (
    <Button look="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => showDialog(true)}>
      {words.create}
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title={words.title}
        place={project.name}
        description={
          <>
            {words.description} <GuideLink guide="docs/auth/your-own-backend.md">{words.guide}</GuideLink>
          </>
        }
        actions={createButton}
      />
      <Card isFlush>
        <Table
          label={words.title}
          columns={columns}
          rows={data?.api_keys}
          rowKey={(key) => key.id}
          skeletonRows={3}
          empty={
            <EmptyState icon={<KeyRound />} title={words.emptyTitle} actions={createButton}>
              {words.empty}
            </EmptyState>
          }
        />
      </Card>
      {create && <CreateKeyDialog onClose={() => showDialog(false)} />}
      {doomed && (
        <ConfirmDialog
          isOpen
          onClose={() => setDoomed(undefined)}
          title={fill(words.revokeTitle, { name: doomed.name })}
          action={words.revokeAction}
          // It closes at once: the list shows the change, and a refusal brings the key back.
          onConfirm={() => {
            revoke.mutate(doomed);
            return Promise.resolve();
          }}
        >
          <p>
            {fillNodes(words.revokeBody, {
              key: <code className="font-mono text-ink">{maskedKey(doomed.suffix)}</code>,
            })}
          </p>
          <p>
            {doomed.last_used_at === null
              ? words.revokeUnused
              : fillNodes(words.revokeUsed, {
                  when: <Time at={doomed.last_used_at} />,
                })}
          </p>
        </ConfirmDialog>
      )}
    </Page>
  );
}

function useRevoke(projectId: string) {
  return useOptimistic<ApiKeyList, ApiKeyView>({
    queryKey: apiKeysQuery(projectId).queryKey,
    update: (list, doomed) => ({
      api_keys: list.api_keys.filter((key) => key.id !== doomed.id),
    }),
    mutate: (doomed) => api.delete(path`/projects/${projectId}/api-keys/${doomed.id}`),
    invalidate: [["project", projectId, "first-steps"]],
    onSuccess: (_answer, doomed) => toast.success(fill(words.revoked, { name: doomed.name })),
    onError: (error, doomed) =>
      toast.error(
        `${fill(text.ui.undone, { what: fill(words.revokeNamed, { name: doomed.name }) })}: ${messageOf(error)}`,
      ),
  });
}

function useColumns(onRevoke: (key: ApiKeyView) => void): Column<ApiKeyView>[] {
  const now = useNow();
  return [
    {
      key: "name",
      header: words.name,
      isRowHeader: true,
      cell: (key) => (
        <span className="min-w-0">
          <span className="block font-medium [overflow-wrap:anywhere]">{key.name}</span>
          <code className="font-mono text-xs text-faint">{maskedKey(key.suffix)}</code>
        </span>
      ),
    },
    {
      key: "created",
      header: words.created,
      cell: (key) => <Time at={key.created_at} show="date" />,
    },
    {
      key: "used",
      header: words.lastUsed,
      cell: (key) => <Time at={key.last_used_at} fallback={words.neverUsed} />,
    },
    {
      key: "expires",
      header: words.expires,
      cell: (key) => <Time at={key.expires_at} show="date" fallback={words.neverExpires} />,
    },
    {
      key: "status",
      header: words.status,
      cell: (key) => {
        const state = stateOf(key, now);
        return <Badge tone={tones[state]}>{words.states[state]}</Badge>;
      },
    },
    {
      key: "actions",
      header: words.actions,
      isHeaderHidden: true,
      align: "end",
      className: "max-md:absolute max-md:top-2.5 max-md:right-3",
      cell: (key) => (
        <IconButton
          size="sm"
          label={fill(words.revokeNamed, { name: key.name })}
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={() => onRevoke(key)}
        />
      ),
    },
  ];
}
