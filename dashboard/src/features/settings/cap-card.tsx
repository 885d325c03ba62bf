import { useQueryClient } from "@tanstack/react-query";

import { readCap } from "./cap";
import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { projectQuery } from "@/api/projects";
import { allows } from "@/api/session";
import { useForm } from "@/forms/use-form";
import { fill, number, plural, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";
import { useNow } from "@/ui/time";
import { toast } from "@/ui/toast";
import { Checkbox } from "@/ui/toggle";

const words = text.settings.cap;

/** How many users and visitors may be active in a month, and how many are. */
export function CapCard({ project }: { project: ProjectView }) {
  const queryClient = useQueryClient();
  const mayChange = allows(project.role, "admin");
  const form = useForm({
    initial: valuesOf(project),
    validate: (values) => ({
      ...(values.isCapped && readCap(values.active_user_cap) === undefined
        ? { active_user_cap: words.invalid }
        : {}),
      ...(values.areVisitorsCapped && readCap(values.active_visitor_cap) === undefined
        ? { active_visitor_cap: words.invalid }
        : {}),
    }),
    submit: async (values) => {
      const to = path`/projects/${project.id}/active-user-cap`;
      const saved = await api.put<ProjectView>(to, {
        active_user_cap: values.isCapped ? (readCap(values.active_user_cap) ?? null) : null,
        active_visitor_cap: values.areVisitorsCapped ? (readCap(values.active_visitor_cap) ?? null) : null,
      });
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      form.reset(valuesOf(saved));
      toast.success(words.saved);
    },
  });
  const disabledReason = mayChange ? undefined : text.ui.needsRole.admin;
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        title={words.title}
        description={words.description}
        footer={
          <Button type="submit" isBusy={form.isBusy} disabledReason={disabledReason}>
            {text.ui.save}
          </Button>
        }
      >
        <div className="space-y-5">
          <Usage
            used={project.active_users}
            cap={project.active_user_cap}
            count={words.month}
            meter={words.meter}
            full={words.full}
          />
          <Checkbox
            label={words.isCapped}
            description={words.isCappedHint}
            isOn={form.values.isCapped}
            onChange={(isCapped) => form.change({ isCapped })}
            disabledReason={disabledReason}
          />
          {form.values.isCapped && (
            <Field label={words.cap} error={form.errorOf("active_user_cap")} isRequired className="max-w-60">
              <TextInput
                inputMode="numeric"
                value={form.values.active_user_cap}
                readOnly={!mayChange}
                onChange={(event) => form.change({ active_user_cap: event.target.value })}
              />
            </Field>
          )}
          <div className="border-t border-line" />
          <Usage
            used={project.active_visitors}
            cap={project.active_visitor_cap}
            count={words.visitorMonth}
            meter={words.visitorMeter}
            full={words.visitorsFull}
          />
          <Checkbox
            label={words.areVisitorsCapped}
            description={words.areVisitorsCappedHint}
            isOn={form.values.areVisitorsCapped}
            onChange={(areVisitorsCapped) => form.change({ areVisitorsCapped })}
            disabledReason={disabledReason}
          />
          {form.values.areVisitorsCapped && (
            <Field
              label={words.visitorCap}
              error={form.errorOf("active_visitor_cap")}
              isRequired
              className="max-w-60"
            >
              <TextInput
                inputMode="numeric"
                value={form.values.active_visitor_cap}
                readOnly={!mayChange}
                onChange={(event) => form.change({ active_visitor_cap: event.target.value })}
              />
            </Field>
          )}
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
        </div>
      </Card>
    </form>
  );
}

interface UsageProps {
  used: number;
  cap: number | null;
  count: { one: string; other: string };
  meter: string;
  full: string;
}

function Usage({ used, cap, count, meter, full }: UsageProps) {
  const month = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: "long",
    timeZone: "UTC",
  }).format(useNow());
  const isFull = cap !== null && used >= cap;
  const forms = {
    one: fillMonth(count.one, month),
    other: fillMonth(count.other, month),
  };
  return (
    <div>
      <p>
        <span className="font-medium">{plural(used, forms)}</span>{" "}
        {cap !== null && <span className="text-soft">{fill(words.of, { cap: number(cap) })}</span>}
      </p>
      {cap !== null && (
        <meter
          aria-label={meter}
          min={0}
          max={Math.max(cap, 1)}
          value={Math.min(used, cap)}
          className="sr-only"
        >
          {fill(words.months, { used, cap })}
        </meter>
      )}
      {cap !== null && (
        <div aria-hidden className="mt-2 h-1.5 overflow-hidden rounded-full bg-hover">
          <div
            className={isFull ? "h-full rounded-full bg-danger" : "h-full rounded-full bg-accent"}
            style={{
              width: `${Math.min(100, (used / Math.max(cap, 1)) * 100)}%`,
            }}
          />
        </div>
      )}
      {isFull && <p className="mt-2 text-[13px] text-danger-ink">{fill(full, { month })}</p>}
    </div>
  );
}

function fillMonth(form: string, month: string): string {
  return form.replace("{month}", month);
}

interface CapValues {
  isCapped: boolean;
  active_user_cap: string;
  areVisitorsCapped: boolean;
  active_visitor_cap: string;
}

function valuesOf(project: ProjectView): CapValues {
  return {
    isCapped: project.active_user_cap !== null,
    active_user_cap: project.active_user_cap === null ? "" : String(project.active_user_cap),
    areVisitorsCapped: project.active_visitor_cap !== null,
    active_visitor_cap: project.active_visitor_cap === null ? "" : String(project.active_visitor_cap),
  };
}
