import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";

import { api, path } from "@/api/client";
import type { SigningKeys, SigningKeyView } from "@/api/contract";
import { useProject } from "@/api/projects";
import { allows } from "@/api/session";
import { text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Facts } from "@/ui/facts";
import { GuideLink } from "@/ui/guide-link";
import { Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { type Column, Table } from "@/ui/table";
import { Time, useNow } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.signingKeys;

const signingKeysQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "signing-keys"],
    queryFn: ({ signal }) =>
      api.get<SigningKeys>(path`/projects/${projectId}/signing-keys`, {
        signal,
      }),
  });

/** The keys that sign the project's workspace tokens, and where the public halves are. */
export function SigningKeysPage() {
  const project = useProject();
  const { data } = useQuery(signingKeysQuery(project.id));
  const [isAsking, setAsking] = useState(false);
  const columns = useColumns();
  const mayRotate = allows(project.role, "admin");
  return (
    <Page>
      <PageHeader
        title={words.title}
        place={project.name}
        description={words.description}
        actions={
          <Button
            icon={<RotateCw aria-hidden className="size-4" />}
            disabledReason={mayRotate ? undefined : text.ui.needsRole.admin}
            onClick={() => setAsking(true)}
          >
            {words.rotate}
          </Button>
        }
      />
      <div className="space-y-6">
        <Card isFlush title={words.keys} description={words.keysDescription}>
          <Table
            label={words.keys}
            columns={columns}
            rows={data?.signing_keys}
            rowKey={(key) => key.id}
            skeletonRows={1}
            empty={null}
          />
        </Card>
        <Card
          title={words.verify}
          description={words.verifyDescription}
          footer={<GuideLink guide="docs/auth/verify-workspace-token.md">{words.guide}</GuideLink>}
        >
          <Verification keys={data} />
        </Card>
      </div>
      <RotateDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </Page>
  );
}

function Verification({ keys }: { keys: SigningKeys | undefined }) {
  const line = (value: string | undefined, what: string) =>
    value === undefined ? (
      <Skeleton className="my-1 h-4 w-72 max-w-full" />
    ) : (
      <CopyLine value={value} what={what} />
    );
  return (
    <Facts
      items={[
        { label: words.issuer, value: line(keys?.issuer, words.issuer) },
        { label: words.keySet, value: line(keys?.key_set_url, words.keySet) },
        { label: words.algorithm, value: words.algorithmName },
        {
          label: words.claims,
          value: <code className="font-mono text-[13px]">{tokenClaims}</code>,
        },
      ]}
    />
  );
}

const tokenClaims = "sub, workspace_id, project_id, iss, iat, nbf, exp";

function RotateDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const project = useProject();
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.rotateTitle}
      action={words.rotateAction}
      isDangerous={false}
      onConfirm={async () => {
        const keys = await api.post<SigningKeys>(path`/projects/${project.id}/signing-keys/rotate`);
        queryClient.setQueryData(signingKeysQuery(project.id).queryKey, keys);
        toast.success(words.rotated);
      }}
    >
      <p>{words.rotateBody}</p>
      <p>{words.rotateCaches}</p>
    </ConfirmDialog>
  );
}

function useColumns(): Column<SigningKeyView>[] {
  const now = useNow();
  return [
    {
      key: "id",
      header: words.keyId,
      isRowHeader: true,
      cell: (key) => <CopyLine value={key.id} what={words.keyId} />,
    },
    {
      key: "state",
      header: words.state,
      cell: (key) => <State signingKey={key} now={now} />,
    },
    {
      key: "created",
      header: words.created,
      cell: (key) => <Time at={key.created_at} show="full" />,
    },
    {
      key: "retires",
      header: words.retires,
      cell: (key) => <Time at={key.retires_at} fallback={words.noEnd} />,
    },
  ];
}

function State({ signingKey, now }: { signingKey: SigningKeyView; now: number }) {
  if (signingKey.is_current) return <Badge tone="ok">{words.states.current}</Badge>;
  const isRetired = signingKey.retires_at !== null && Date.parse(signingKey.retires_at) <= now;
  return <Badge>{isRetired ? words.states.retired : words.states.retiring}</Badge>;
}
