import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useState } from "react";

import { TokenVerdict } from "./token-verdict";
import { api, path } from "@/api/client";
import type { Explanation } from "@/api/contract";
import { messageOf } from "@/api/error";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Field } from "@/ui/field";
import { Textarea } from "@/ui/input";

const words = text.providers.tester;

interface TokenTesterProps {
  projectId: string;
  /** Further buttons beside the one that tests. */
  actions?: ReactNode;
  /** Told of every verdict. */
  onVerdict?: (explanation: Explanation) => void;
}

/** Takes a token and says what would become of it. It tests at once what is pasted. */
export function TokenTester({ projectId, actions, onVerdict }: TokenTesterProps) {
  const [token, setToken] = useState("");
  const [isMissing, setMissing] = useState(false);
  const explain = useMutation({
    mutationFn: (tested: string) =>
      api.post<Explanation>(path`/projects/${projectId}/explain`, {
        token: tested,
      }),
    onSuccess: (explanation) => onVerdict?.(explanation),
  });

  function test(tested: string) {
    const bare = bareToken(tested);
    setMissing(bare === "");
    if (bare !== "") explain.mutate(bare);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    test(token);
  }

  return (
    <div className="space-y-5">
      <form noValidate onSubmit={submit} className="space-y-3">
        <Field label={words.token} hint={words.hint} error={isMissing ? words.missing : undefined} isRequired>
          <Textarea
            isCode
            rows={4}
            value={token}
            placeholder={words.placeholder}
            onChange={(event) => {
              setToken(event.target.value);
              setMissing(false);
            }}
            onPaste={(event) => {
              const pasted = event.clipboardData.getData("text");
              // A whole token, not a part that is pasted into another.
              if (token === "" && pasted.split(".").length === 3) test(pasted);
            }}
          />
        </Field>
        <div className="flex flex-wrap items-center justify-end gap-2">
          {actions}
          <Button type="submit" look="primary" isBusy={explain.isPending}>
            {words.test}
          </Button>
        </div>
      </form>
      {explain.isError && <Callout tone="danger">{messageOf(explain.error)}</Callout>}
      {explain.data && <TokenVerdict explanation={explain.data} />}
    </div>
  );
}

/** The token in what people paste: often with the scheme in front, or in quotes. */
export function bareToken(pasted: string): string {
  return pasted
    .trim()
    .replace(/^authorization:\s*/i, "")
    .replace(/^bearer\s+/i, "")
    .replace(/^["']|["']$/g, "");
}
