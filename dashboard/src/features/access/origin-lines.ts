import type { Issue } from "@/api/contract";

/** A line with an origin: its number from 1 and what stands in it. */
export interface OriginLine {
  number: number;
  origin: string;
}

/** What is wrong with a line. */
export interface LineProblem extends OriginLine {
  message: string;
}

/** The lines of a text that are not blank; a list with commas or semicolons at the ends of its lines is one too. */
export function originLines(typed: string): OriginLine[] {
  return typed.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const origin = line
      .trim()
      .replace(/[,;]+$/, "")
      .trimEnd();
    return origin === "" ? [] : [{ number: index + 1, origin }];
  });
}

/** The server's complaints about `allowed_origins`, at the lines that they are about. Complaints about no line are left out. */
export function lineProblems(issues: Issue[], lines: OriginLine[]): LineProblem[] {
  return issues.flatMap(({ path: [field, index], message }) => {
    const line = field === "allowed_origins" && typeof index === "number" ? lines[index] : undefined;
    return line ? [{ ...line, message }] : [];
  });
}

/** Where a line begins and ends in a text, for selecting it. */
export function lineRange(typed: string, number: number): [start: number, end: number] {
  const lines = typed.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return [start, start + (lines[number - 1]?.length ?? 0)];
}
