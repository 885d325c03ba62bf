import { useQuery } from "@tanstack/react-query";
import { LogOut, Monitor, Smartphone, Tablet, X } from "lucide-react";
import { useState } from "react";

import { type Device, readDevice } from "./device";
import { type SessionList, sessionsQuery } from "./queries";
import { useSignOutEverywhere } from "./sign-out-everywhere";
import { api, path } from "@/api/client";
import type { SignInSession } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useOptimistic } from "@/api/optimistic";
import { fill, fillNodes, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Skeleton } from "@/ui/skeleton";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.account.sessions;
const icons: Record<Device["kind"], typeof Monitor> = {
  computer: Monitor,
  phone: Smartphone,
  tablet: Tablet,
};

/** Where the operator is signed in. */
export function SessionsCard() {
  const { data } = useQuery(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  const signOutEverywhere = useSignOutEverywhere();
  const end = useEnd();
  return (
    <Card
      isFlush
      title={words.title}
      description={words.description}
      footer={
        <Button icon={<LogOut aria-hidden className="size-4" />} onClick={() => setAsking(true)}>
          {words.everywhere}
        </Button>
      }
    >
      <ul aria-busy={data === undefined} className="divide-y divide-line">
        {data
          ? currentFirst(data.sessions).map((session) => (
              <Item key={session.id} session={session} onEnd={() => end.mutate(session)} />
            ))
          : [1, 2].map((place) => <LoadingItem key={place} />)}
      </ul>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.everywhereTitle}
        action={words.everywhere}
        onConfirm={signOutEverywhere}
      >
        <p>{words.everywhereBody}</p>
      </ConfirmDialog>
    </Card>
  );
}

function useEnd() {
  return useOptimistic<SessionList, SignInSession>({
    queryKey: sessionsQuery.queryKey,
    update: (list, ended) => ({
      sessions: list.sessions.filter((session) => session.id !== ended.id),
    }),
    mutate: (ended) => api.delete(path`/account/sessions/${ended.id}`),
    onSuccess: () => toast.success(words.ended),
    onError: (error) => toast.error(fill(words.refused, { reason: messageOf(error) })),
  });
}

function Item({ session, onEnd }: { session: SignInSession; onEnd: () => void }) {
  const device = readDevice(session.user_agent);
  const name = describe(device);
  const Icon = icons[device.kind];
  return (
    <li className="flex items-start gap-3.5 px-5 py-3.5">
      <span
        aria-hidden
        className="grid size-9 shrink-0 place-items-center rounded-lg border border-line bg-sunken text-faint"
      >
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium [overflow-wrap:anywhere]" title={session.user_agent ?? undefined}>
            {name}
          </span>
          {session.is_current && <Badge tone="ok">{words.here}</Badge>}
        </p>
        <ul className="flex flex-wrap gap-x-3 text-[13px] text-faint">
          <li>
            {session.address === null
              ? words.unknownAddress
              : fill(words.address, { address: session.address })}
          </li>
          <li>
            {fillNodes(words.lastSeen, {
              when: <Time at={session.last_seen_at} />,
            })}
          </li>
          <li>
            {fillNodes(words.since, {
              when: <Time at={session.created_at} />,
            })}
          </li>
        </ul>
      </div>
      {!session.is_current && (
        <IconButton
          size="sm"
          label={fill(words.end, { device: name })}
          icon={<X aria-hidden className="size-4" />}
          onClick={onEnd}
        />
      )}
    </li>
  );
}

function LoadingItem() {
  return (
    <li className="flex items-center gap-3.5 px-5 py-3.5">
      <Skeleton className="size-9" />
      <span className="flex-1 space-y-2">
        <Skeleton className="h-3.5 w-40" />
        <Skeleton className="h-3 w-64 max-w-full" />
      </span>
    </li>
  );
}

function describe({ browser, system }: Device): string {
  if (browser !== null && system !== null) return fill(words.device, { browser, system });
  if (browser !== null) return fill(words.browserOnly, { browser });
  return system === null ? words.unknown : fill(words.systemOnly, { system });
}

function currentFirst(sessions: SignInSession[]): SignInSession[] {
  return [
    ...sessions.filter((session) => session.is_current),
    ...sessions.filter((session) => !session.is_current),
  ];
}
