import type { ErrorBody, Issue } from "./contract";
import { text } from "@/text";

/** A refusal by the server, or the failure to reach it (status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The server's short name for the kind of error. */
    readonly error: string,
    message: string,
    /** What is wrong with which field. */
    readonly issues: Issue[] = [],
    /** How long to wait before the next try. */
    readonly retryAfterSecs: number | null = null,
  ) {
    super(message);
  }

  /** The message for a field of the body, if it has one. */
  issue(...path: (string | number)[]): string | undefined {
    return this.issues.find((issue) => path.every((step, index) => issue.path[index] === step))?.message;
  }

  /** True when the problem lies in certain fields. */
  get namesFields(): boolean {
    return this.issues.some((issue) => issue.path.length > 0);
  }
}

/** Reads a refusal; answers of proxies and the like, which are not JSON, count too. */
export async function readError(response: Response): Promise<ApiError> {
  const body = await readBody(response);
  const fallback =
    response.status >= 500 ? text.ui.error.server : response.statusText || text.ui.error.unexpected;
  const issues = (body.details ?? []).map((issue) => ({
    ...issue,
    message: sentence(issue),
  }));
  return new ApiError(
    response.status,
    body.error ?? String(response.status),
    issues[0]?.message ?? said(body) ?? fallback,
    issues,
    retryAfter(response.headers.get("Retry-After")),
  );
}

/** What to tell about any error that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : text.ui.error.unexpected;
}

/** The server says what is wrong in `error` and what to do in `message`; codes are for programs. */
function said({ error, message }: Partial<ErrorBody>): string | undefined {
  const isCode = !error?.includes(" ");
  if (isCode || message === undefined || error === message) return message ?? error;
  return `${error}. ${message}`;
}

/** Issues begin with the path of the field: "facts.project-id is required" becomes "Project id is required". */
function sentence({ path, message }: Issue): string {
  const written = path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : (index ? "." : "") + step))
    .join("");
  const name = path.findLast((step) => typeof step === "string");
  const told =
    name && message.startsWith(`${written} `)
      ? name.replace(/[_-]/g, " ") + message.slice(written.length)
      : message;
  return told.charAt(0).toUpperCase() + told.slice(1);
}

async function readBody(response: Response): Promise<Partial<ErrorBody>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, Math.ceil((until - Date.now()) / 1000));
}
