import { timing } from "@/lib/timing";
import type { PresenceState, PresenceUpdate, Snapshot } from "./frames";

/** Another member who has the same appointment open. */
export interface Peer {
  userId: string;
  name: string;
  state: PresenceState;
}

interface PeerRecord {
  userId: string;
  name: string;
  /** A peer who left is remembered, or an older snapshot would bring them back. */
  state: PresenceState | "left";
  /** The time of the state, by the server's clock. */
  atMs: number;
  /** The client has sent heartbeats, so it is gone when they stop. */
  sendsHeartbeats: boolean;
  receivedMs: number;
}

/** By `userId`. */
export type Peers = ReadonlyMap<string, PeerRecord>;

export const noPeers: Peers = new Map();

/** An earlier update was in the snapshot already, so it is no heartbeat. */
const MIN_HEARTBEAT_GAP_MS = timing.presenceHeartbeatMs / 2;

/** The server sends no heartbeats of larger audiences. */
const MAX_TRACKED_PEERS = 100;

/** Replaces the peers by the snapshot's, but keeps later updates. */
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

/** Removes peers whose heartbeats have stopped. */
export function expireSilent(before: Peers, nowMs: number): Peers {
  if (before.size >= MAX_TRACKED_PEERS) return before;
  const here = [...before].filter(
    ([, { sendsHeartbeats, receivedMs }]) => !sendsHeartbeats || nowMs - receivedMs < timing.presenceTimeoutMs,
  );
  return here.length === before.size ? before : new Map(here);
}

/** Restarts the timeouts: peers send this tab no heartbeats while it is hidden. */
export function resetSilence(before: Peers, nowMs: number): Peers {
  return new Map([...before].map(([userId, peer]) => [userId, { ...peer, receivedMs: nowMs }]));
}

/** All peers but oneself, sorted by name. */
export function otherPeers(peers: Peers, self: string | null): Peer[] {
  const others: Peer[] = [];
  for (const { userId, name, state } of peers.values()) {
    if (state !== "left" && userId !== self) others.push({ userId, name, state });
  }
  return others.sort((a, b) => a.name.localeCompare(b.name) || (a.userId < b.userId ? -1 : 1));
}
