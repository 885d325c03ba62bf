import { useMutation } from "@tanstack/react-query";
import { KeySquare } from "lucide-react";

import { path, publicApi } from "@/api/client";
import type { SingleSignOn } from "@/api/contract";
import { messageOf } from "@/api/error";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";

interface SingleSignOnButtonProps {
  singleSignOn: SingleSignOn;
  /** Where to go in the dashboard afterwards. */
  returnTo?: string | undefined;
  /** The secret of an invitation that is to be accepted by it. */
  invitation?: string;
}

/** Sends the browser to the issuer of the instance. */
export function SingleSignOnButton({ singleSignOn, returnTo, invitation }: SingleSignOnButtonProps) {
  const start = useMutation({
    mutationFn: () =>
      publicApi.post<{ url: string }>(path`/sso/start`, {
        return_to: returnTo,
        invitation,
      }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <div className="space-y-3">
      <Button
        className="w-full"
        icon={<KeySquare aria-hidden className="size-4 text-faint" />}
        // The page is left when it succeeds.
        isBusy={start.isPending || start.isSuccess}
        onClick={() => start.mutate()}
      >
        {fill(text.signIn.withSingleSignOn, { name: singleSignOn.name })}
      </Button>
      {start.isError && <Callout tone="danger">{messageOf(start.error)}</Callout>}
    </div>
  );
}

/** Between two ways to get in. */
export function Or() {
  return (
    <div className="my-5 flex items-center gap-3 text-xs text-faint">
      <span className="h-px flex-1 bg-line" />
      {text.signIn.or}
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}
