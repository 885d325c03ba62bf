import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { type LineProblem, lineProblems, lineRange, originLines } from "./origin-lines";
import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { projectQuery } from "@/api/projects";
import { allows } from "@/api/session";
import { useForm } from "@/forms/use-form";
import { fill, plural, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { Textarea } from "@/ui/input";
import { linkStyle } from "@/ui/link-style";
import { toast } from "@/ui/toast";

const words = text.access.origins;
const atMost = 32;

/** From which origins browsers may read the project's answers. */
export function OriginsCard({ project }: { project: ProjectView }) {
  const queryClient = useQueryClient();
  const area = useRef<HTMLTextAreaElement>(null);
  const mayChange = allows(project.role, "admin");
  const form = useForm({
    initial: { allowed_origins: project.allowed_origins.join("\n") },
    validate: (values) => {
      const count = originLines(values.allowed_origins).length;
      return count > atMost ? { allowed_origins: fill(words.tooMany, { count }) } : {};
    },
    submit: async (values) => {
      const origins = originLines(values.allowed_origins).map((line) => line.origin);
      const to = path`/projects/${project.id}/origins`;
      const saved = await api.put<ProjectView>(to, {
        allowed_origins: origins,
      });
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      form.reset({ allowed_origins: saved.allowed_origins.join("\n") });
      toast.success(words.saved);
    },
  });
  const typed = form.values.allowed_origins;
  const error = form.errorOf("allowed_origins");
  const problems = error === undefined ? [] : lineProblems(form.refusal?.issues ?? [], originLines(typed));

  function select(line: number) {
    area.current?.focus();
    area.current?.setSelectionRange(...lineRange(typed, line));
  }

  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        title={words.title}
        description={words.description}
        actions={<Admitted origins={project.allowed_origins} />}
        footer={
          <>
            {!mayChange && <p className="mr-auto text-[13px] text-faint">{text.ui.needsRole.admin}</p>}
            <Button
              type="submit"
              isBusy={form.isBusy}
              disabledReason={mayChange ? undefined : text.ui.needsRole.admin}
            >
              {words.save}
            </Button>
          </>
        }
      >
        <div className="space-y-3">
          <Field
            label={words.label}
            isLabelHidden
            hint={words.hint}
            error={problems.length > 0 ? plural(problems.length, words.problem) : error}
          >
            <Textarea
              ref={area}
              isCode
              rows={4}
              value={typed}
              readOnly={!mayChange}
              className={mayChange ? undefined : "bg-sunken"}
              placeholder={words.placeholder}
              onChange={(event) => form.change({ allowed_origins: event.target.value })}
            />
          </Field>
          {problems.length > 0 && <Lines problems={problems} onSelect={select} />}
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
        </div>
      </Card>
    </form>
  );
}

function Admitted({ origins }: { origins: string[] }) {
  return origins.length === 0 ? (
    <Badge>{words.open}</Badge>
  ) : (
    <Badge tone="ok">{plural(origins.length, words.count)}</Badge>
  );
}

function Lines({ problems, onSelect }: { problems: LineProblem[]; onSelect: (line: number) => void }) {
  return (
    <ul className="space-y-1.5 rounded-xl border border-danger-ink/20 bg-danger-tint px-4 py-3 text-[13px]">
      {problems.map((problem) => (
        <li key={problem.number} className="flex flex-wrap gap-x-2">
          <button type="button" className={linkStyle} onClick={() => onSelect(problem.number)}>
            {fill(words.line, { line: problem.number })}
          </button>
          <span className="min-w-0 [overflow-wrap:anywhere]">{problem.message}</span>
        </li>
      ))}
    </ul>
  );
}
