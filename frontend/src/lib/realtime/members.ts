import { env } from "@/lib/env";
import type { PresenceState, PresenceUpdate, Snapshot } from "./frames";

/** Somebody else who has the same appointment open. */
export interface Person {
  userId: string;
  name: string;
  state: PresenceState;
}

interface Member {
  userId: string;
  name: string;
  /** One who has left is remembered, or an older snapshot would bring them back. */
  state: PresenceState | "left";
  /** When it was so, by the server's clock. */
  atMs: number;
  /** Their client says again and again that it is there, so its silence means something. */
  repeats: boolean;
  heardMs: number;
}

/** By `userId`. */
export type Members = ReadonlyMap<string, Member>;

export const nobody: Members = new Map();

/** What comes sooner was in the snapshot already: it changed while that was made. */
const LEAST_PAUSE_MS = env.presenceEveryMs / 2;

/** From this many on the server does not tell each one's repeats. */
const CROWD = 100;

/** Who is in it is here; who is not has left, unless something later is known of them. */
export function afterSnapshot(before: Members, { presence, serverTime }: Snapshot, nowMs: number): Members {
  const atMs = Date.parse(serverTime);
  const later = [...before.values()].filter((member) => member.atMs > atMs);
  const told = presence.map(({ userId, userInfo, state }): Member => {
    const repeats = before.get(userId)?.repeats ?? false;
    return { userId, name: userInfo.name, state, atMs, repeats, heardMs: nowMs };
  });
  return new Map([...told, ...later].map((member) => [member.userId, member]));
}

export function afterUpdate(before: Members, update: PresenceUpdate, nowMs: number): Members {
  const { userId, userInfo, state } = update;
  const atMs = Date.parse(update.at);
  const known = before.get(userId);
  if (known && atMs < known.atMs) return before;
  const isRepeat = known?.state === state && atMs - known.atMs >= LEAST_PAUSE_MS;
  const repeats = state !== "left" && (isRepeat || (known?.repeats ?? false));
  return new Map(before).set(userId, { userId, name: userInfo.name, state, atMs, repeats, heardMs: nowMs });
}

/** Without those who used to repeat and do not any more. */
export function afterSilence(before: Members, nowMs: number): Members {
  if (before.size >= CROWD) return before;
  const here = [...before].filter(([, { repeats, heardMs }]) => !repeats || nowMs - heardMs < env.silentAfterMs);
  return here.length === before.size ? before : new Map(here);
}

/** While this tab was hidden nobody repeated for it, so silence counts from now. */
export function heardNow(before: Members, nowMs: number): Members {
  return new Map([...before].map(([userId, member]) => [userId, { ...member, heardMs: nowMs }]));
}

/** Everybody but oneself, by name. */
export function peopleOf(members: Members, self: string | null): Person[] {
  const people: Person[] = [];
  for (const { userId, name, state } of members.values()) {
    if (state !== "left" && userId !== self) people.push({ userId, name, state });
  }
  return people.sort((a, b) => a.name.localeCompare(b.name) || (a.userId < b.userId ? -1 : 1));
}
