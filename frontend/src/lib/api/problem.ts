import * as z from "zod/mini";
import { timing } from "@/lib/timing";

const problemSchema = z.looseObject({
  status: z.number(),
  code: z.string(),
  title: z.string(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.looseObject({ field: z.string(), message: z.string() }))),
});

export type Problem = z.infer<typeof problemSchema>;

/** A refusal by the server: problem details (RFC 9457) with a machine-readable `code`. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(problem.detail ?? problem.title);
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** The server could not be reached. */
export class NetworkError extends Error {
  override readonly name = "Unreachable";
}

export function toApiError(response: Response, body: unknown): ApiError {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const parsed = problemSchema.safeParse(body);
  const problem = parsed.success
    ? parsed.data
    : { status: response.status, code: "UNKNOWN", title: `The server answered with ${response.status}.` };
  return new ApiError(problem, Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null);
}

export function hasCode(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** The validation errors by field, as sentences. */
export function fieldErrorsOf(error: unknown): { field: string; message: string }[] {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return errors.map(({ field, message }) => ({ field, message: toSentence(message) }));
}

function toSentence(text: string): string {
  return `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** The delay before a retry; null if a retry would fail the same way. */
export function retryDelayMs(error: unknown): number | null {
  if (error instanceof NetworkError) return timing.networkRetryMs;
  if (!(error instanceof ApiError)) return null;
  if (error.status === 429)
    return error.retryAfterSeconds === null ? timing.rateLimitRetryMs : error.retryAfterSeconds * 1_000;
  return error.status >= 500 ? timing.networkRetryMs : null;
}

/** A sentence for the user: the problem and the next step. */
export function errorMessage(error: unknown): string {
  if (error instanceof NetworkError) return "Holdfast cannot be reached. Check your connection, then try again.";
  if (!(error instanceof ApiError)) return "Something went wrong on this page. Reload it and try again.";
  if (error.status === 429) {
    const wait = error.retryAfterSeconds;
    return `That was a lot at once. Try again ${wait ? `in ${wait} s` : "in a moment"}.`;
  }
  if (error.status >= 500) return "The server had a problem. Nothing was lost; try again in a moment.";
  return error.message;
}
