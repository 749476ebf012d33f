import * as z from "zod/mini";
import type { components } from "@/lib/api/generated/schema";
import { createStore, type Store } from "@/lib/store";

const KEY = "holdfast.session";

const sessionSchema = z.object({
  token: z.string(),
  expiresAt: z.string(),
  /** By this machine's clock, so that the token's age does not depend on the server's. */
  receivedAtMs: z.number(),
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(["staff", "admin"]),
    tenantId: z.string(),
  }),
  tenant: z.object({ id: z.string(), name: z.string(), slug: z.string(), timeZone: z.string() }),
});

export type Session = z.infer<typeof sessionSchema>;
export type User = Session["user"];
export type SessionStore = Store<Session | null>;
export type SignInResponse = components["schemas"]["SignInResponse"];

export function sessionFrom(response: SignInResponse, receivedAtMs: number): Session {
  return sessionSchema.parse({ ...response, receivedAtMs });
}

/** The session, stored across reloads and shared by all tabs of the browser. */
export function createSessionStore(storage: Storage, page: Window): SessionStore {
  const store = createStore<Session | null>(parse(read(storage)));
  page.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) store.set(parse(read(storage)));
  });
  return {
    ...store,
    set(session) {
      write(storage, session);
      store.set(session);
    },
  };
}

function parse(text: string | null): Session | null {
  try {
    return sessionSchema.parse(JSON.parse(text ?? "null"));
  } catch {
    return null;
  }
}

function read(storage: Storage): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(storage: Storage, session: Session | null): void {
  try {
    if (session) storage.setItem(KEY, JSON.stringify(session));
    else storage.removeItem(KEY);
  } catch {
    // Without storage the session lasts as long as the page.
  }
}
