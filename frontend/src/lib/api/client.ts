import createClient, { type Client } from "openapi-fetch";
import { env } from "@/lib/env";
import type { paths } from "./generated/schema";
import { asApiError, Unreachable } from "./problem";

export type Api = Client<paths>;

export interface ApiOptions {
  token: () => string | null;
  onUnauthenticated: () => void;
  fetch?: (request: Request) => Promise<Response>;
}

/** The typed client. Answers come through `answerOf`, refusals as `ApiError`. */
export function createApi({
  token,
  onUnauthenticated,
  fetch = (request) => globalThis.fetch(request),
}: ApiOptions): Api {
  const api = createClient<paths>({
    baseUrl: env.apiBase,
    fetch: (request) =>
      fetch(request).catch((cause: unknown) => {
        throw isAbort(cause) ? cause : new Unreachable("No answer", { cause });
      }),
  });
  api.use({
    onRequest({ request }) {
      const current = token();
      if (current) request.headers.set("Authorization", `Bearer ${current}`);
    },
    onResponse({ request, response }) {
      if (response.status === 401 && request.headers.has("Authorization")) onUnauthenticated();
    },
  });
  return api;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The answer's body, or an `ApiError` thrown. */
export async function answerOf<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw asApiError(response, error);
  return data;
}
