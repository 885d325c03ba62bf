import clsx from "clsx";
import { useId } from "react";

import type { Identity } from "./identity";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.playground.identity;

interface IdentityProps {
  identity: Identity;
  /** The form for a user is open. */
  isChoosing: boolean;
  onChoosing: (isChoosing: boolean) => void;
  onChange: (identity: Identity) => void;
}

/** Chooses who chats. */
export function IdentityCard({ identity, isChoosing, onChoosing, onChange }: IdentityProps) {
  const isUser = isChoosing || identity.kind === "user";
  return (
    <div className="space-y-3">
      <div role="radiogroup" aria-label={words.label} className="grid gap-2 sm:grid-cols-2">
        <Choice
          label={words.anonymous}
          hint={words.anonymousHint}
          isChosen={!isUser}
          onChoose={() => {
            onChoosing(false);
            onChange({ kind: "anonymous" });
          }}
        />
        <Choice
          label={words.user}
          hint={words.userHint}
          isChosen={isUser}
          onChoose={() => onChoosing(true)}
        />
      </div>
      {identity.kind === "user" && !isChoosing && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <p className="[overflow-wrap:anywhere]">
            {fill(words.as, { user: identity.userId, workspace: identity.workspaceId })}
          </p>
          <Button size="sm" onClick={() => onChoosing(true)}>
            {words.change}
          </Button>
        </div>
      )}
      {isChoosing && <UserForm identity={identity} onChange={onChange} />}
    </div>
  );
}

function Choice(props: { label: string; hint: string; isChosen: boolean; onChoose: () => void }) {
  const id = useId();
  return (
    <div
      className={clsx(
        "relative flex items-start gap-3 rounded-xl border bg-surface px-4 py-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-ink",
        props.isChosen ? "border-accent-ink ring-1 ring-accent-ink" : "border-line hover:bg-hover/60",
      )}
    >
      <input
        id={id}
        type="radio"
        name="identity"
        checked={props.isChosen}
        aria-describedby={`${id}hint`}
        onChange={props.onChoose}
        className="relative z-1 mt-1 size-4 shrink-0 accent-[var(--accent)] focus-visible:outline-none"
      />
      <span className="min-w-0">
        <label htmlFor={id} className="block cursor-pointer font-medium after:absolute after:inset-0">
          {props.label}
        </label>
        <span id={`${id}hint`} className="block text-[13px] text-soft">
          {props.hint}
        </span>
      </span>
    </div>
  );
}

function UserForm({ identity, onChange }: { identity: Identity; onChange: (identity: Identity) => void }) {
  const form = useForm({
    initial:
      identity.kind === "user"
        ? { user: identity.userId, workspace: identity.workspaceId }
        : { user: "", workspace: "" },
    validate: (values) => required(values, "user"),
    submit: ({ user, workspace }) => {
      const userId = user.trim();
      onChange({ kind: "user", userId, workspaceId: workspace.trim() === "" ? userId : workspace.trim() });
      return Promise.resolve();
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit} className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_auto]">
      <Field label={words.userId} error={form.errorOf("user")} isRequired>
        <TextInput
          isCode
          maxLength={255}
          value={form.values.user}
          onChange={(event) => form.change({ user: event.target.value })}
        />
      </Field>
      <Field label={words.workspaceId} hint={words.workspaceHint}>
        <TextInput
          isCode
          maxLength={255}
          value={form.values.workspace}
          onChange={(event) => form.change({ workspace: event.target.value })}
        />
      </Field>
      <Button type="submit" look="primary" className="sm:mt-[1.625rem]">
        {words.start}
      </Button>
    </form>
  );
}
