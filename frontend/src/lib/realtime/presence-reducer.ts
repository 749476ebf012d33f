import { timing } from "@/lib/timing";
import type { PresenceState, PresenceUpdate, Snapshot } from "./frames";

/** Somebody else who has the same appointment open. */
export interface Peer {
  userId: string;
  name: string;
  state: PresenceState;
}

interface PeerRecord {
  userId: string;
  name: string;
  /** One who has left is remembered, or an older snapshot would bring them back. */
  state: PresenceState | "left";
  /** When it was so, by the server's clock. */
  atMs: number;
  /** Their client says again and again that it is there, so its silence means something. */
  sendsHeartbeats: boolean;
  receivedMs: number;
}

/** By `userId`. */
export type Peers = ReadonlyMap<string, PeerRecord>;

export const noPeers: Peers = new Map();

/** What comes sooner was in the snapshot already: it changed while that was made. */
const MIN_HEARTBEAT_GAP_MS = timing.presenceHeartbeatMs / 2;

/** From this many on the server does not tell each one's repeats. */
const MAX_TRACKED_PEERS = 100;

/** Who is in it is here; who is not has left, unless something later is known of them. */
export function applySnapshot(before: Peers, { presence, serverTime }: Snapshot, nowMs: number): Peers {
  const atMs = Date.parse(serverTime);
  const later = [...before.values()].filter((peer) => peer.atMs > atMs);
  const listed = presence.map(({ userId, userInfo, state }): PeerRecord => {
    const sendsHeartbeats = before.get(userId)?.sendsHeartbeats ?? false;
    return { userId, name: userInfo.name, state, atMs, sendsHeartbeats, receivedMs: nowMs };
  });
  return new Map([...listed, ...later].map((peer) => [peer.userId, peer]));
}

export function applyUpdate(before: Peers, update: PresenceUpdate, nowMs: number): Peers {
  const { userId, userInfo, state } = update;
  const atMs = Date.parse(update.at);
  const known = before.get(userId);
  if (known && atMs < known.atMs) return before;
  const isHeartbeat = known?.state === state && atMs - known.atMs >= MIN_HEARTBEAT_GAP_MS;
  const sendsHeartbeats = state !== "left" && (isHeartbeat || (known?.sendsHeartbeats ?? false));
  return new Map(before).set(userId, { userId, name: userInfo.name, state, atMs, sendsHeartbeats, receivedMs: nowMs });
}

/** Without those who used to repeat and do not any more. */
export function expireSilent(before: Peers, nowMs: number): Peers {
  if (before.size >= MAX_TRACKED_PEERS) return before;
  const here = [...before].filter(
    ([, { sendsHeartbeats, receivedMs }]) => !sendsHeartbeats || nowMs - receivedMs < timing.presenceTimeoutMs,
  );
  return here.length === before.size ? before : new Map(here);
}

/** While this tab was hidden nobody repeated for it, so silence counts from now. */
export function resetSilence(before: Peers, nowMs: number): Peers {
  return new Map([...before].map(([userId, peer]) => [userId, { ...peer, receivedMs: nowMs }]));
}

/** Everybody but oneself, by name. */
export function otherPeers(peers: Peers, self: string | null): Peer[] {
  const others: Peer[] = [];
  for (const { userId, name, state } of peers.values()) {
    if (state !== "left" && userId !== self) others.push({ userId, name, state });
  }
  return others.sort((a, b) => a.name.localeCompare(b.name) || (a.userId < b.userId ? -1 : 1));
}
