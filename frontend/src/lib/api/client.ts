import createClient, { type Client } from "openapi-fetch";
import { env } from "@/lib/env";
import type { paths } from "./generated/schema";
import { NetworkError, toApiError } from "./problem";

export type Api = Client<paths>;

export interface ApiOptions {
  token: () => string | null;
  onUnauthenticated: () => void;
  fetch?: (request: Request) => Promise<Response>;
}

/** The typed API client. Use `unwrap` for bodies and errors. */
export function createApi({
  token,
  onUnauthenticated,
  fetch = (request) => globalThis.fetch(request),
}: ApiOptions): Api {
  const api = createClient<paths>({
    baseUrl: env.apiBase,
    fetch: (request) =>
      fetch(request).catch((cause: unknown) => {
        throw isAbort(cause) ? cause : new NetworkError("No answer", { cause });
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

interface ApiResponse<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The response's body. Throws `ApiError` for any other status than 2xx. */
export async function unwrap<Data>(request: Promise<ApiResponse<Data>>): Promise<Data> {
  const { data, error, response } = await request;
  if (!response.ok || data === undefined) throw toApiError(response, error);
  return data;
}
