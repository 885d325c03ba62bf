import { RadioList } from "./radio-list";
import { useRuleForm } from "./rule-context";
import type { KeySource } from "./values";
import { fill, text } from "@/text";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { PasswordInput, TextInput } from "@/ui/input";

const words = text.access.form;
const sources: KeySource[] = ["jwks", "discovery", "secret"];

/** Where the keys are that sign for the rule. */
export function KeysCard() {
  const { values, change, errorOf, hasStoredSecret } = useRuleForm();
  return (
    <Card title={words.keys} description={words.keysAbout}>
      <div className="space-y-5">
        <RadioList
          label={words.source}
          value={values.source}
          choices={sources.map((source) => ({
            value: source,
            ...words.sources[source],
          }))}
          onChange={(source) => change({ source })}
        />
        {values.source === "jwks" && (
          <Field label={words.jwksUrl} hint={words.jwksUrlHint} error={errorOf("jwks_url")} isRequired>
            <TextInput
              isCode
              inputMode="url"
              value={values.jwks_url}
              onChange={(event) => change({ jwks_url: event.target.value })}
            />
          </Field>
        )}
        {values.source === "discovery" && (
          <p className="text-[13px] text-soft">{discoveryNote(values.issuer)}</p>
        )}
        {values.source === "secret" && (
          <Field
            label={words.secret}
            hint={hasStoredSecret ? words.secretKept : words.secretHint}
            error={errorOf("secret")}
            isRequired={!hasStoredSecret}
          >
            <PasswordInput
              autoComplete="off"
              value={values.secret}
              onChange={(event) => change({ secret: event.target.value })}
            />
          </Field>
        )}
      </div>
    </Card>
  );
}

function discoveryNote(issuer: string): string {
  const bare = issuer.trim().replace(/\/$/, "");
  if (!/^https?:\/\/./.test(bare)) return words.discoveryNoteEmpty;
  return fill(words.discoveryNote, {
    url: `${bare}/.well-known/openid-configuration`,
  });
}
