import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import type { ClientFrame, PresenceState, PresenceUpdate, Snapshot } from "./frames";
import {
  applySnapshot,
  applyUpdate,
  expireSilent,
  noPeers,
  otherPeers,
  type Peer,
  type Peers,
  resetSilence,
} from "./presence-reducer";
import { UserActivity } from "./user-activity";

/** The page's activity on an appointment. `unsaved` is editing with unsaved text, which never becomes idle. */
export type Activity = "viewing" | "editing" | "unsaved";

/** The presence state to publish for an activity. */
export function presenceStateOf(activity: Activity, isActive: boolean): PresenceState {
  if (activity === "unsaved") return "editing";
  return isActive ? activity : "idle";
}

/** A way to send frames. `send` returns false if it is closed. */
interface Channel {
  send: (frame: ClientFrame) => boolean;
}

export interface PresenceOptions {
  clock: Clock;
  channel: Channel;
  /** The own user's id; null if signed out. */
  self: () => string | null;
}

/** One followed appointment. */
class Room {
  readonly peers = createStore<readonly Peer[]>([]);
  records: Peers = noPeers;
  activity: Activity | null = null;
  /** The socket that sent the snapshot. */
  channel: Channel | null = null;
  sentState: PresenceState = "viewing";
  sentAtMs = Number.NEGATIVE_INFINITY;

  get hasPeers(): boolean {
    return this.peers.get().length > 0;
  }
}

/** Tracks the peers at each followed appointment, and publishes this tab's activity. */
export class Presence {
  private readonly rooms = new Map<string, Room>();
  private readonly userActivity: UserActivity;
  private cancelTick: (() => void) | null = null;

  constructor(private readonly options: PresenceOptions) {
    this.userActivity = new UserActivity({ clock: options.clock, onChange: () => this.sendChanges() });
  }

  /** The peers at a followed appointment. */
  peers(appointmentId: string): Pick<Store<readonly Peer[]>, "get" | "subscribe"> {
    return this.room(appointmentId).peers;
  }

  /** Publishes the activity on a followed appointment; null when it is no longer on the screen. */
  setState(appointmentId: string, activity: Activity | null): void {
    const room = this.room(appointmentId);
    room.activity = activity;
    if (activity) this.userActivity.start();
    this.sendIfChanged(appointmentId, room);
    this.tickWhileNeeded();
  }

  receive(update: PresenceUpdate): void {
    const room = this.room(update.appointmentId);
    this.setRecords(room, applyUpdate(room.records, update, this.now()));
    if (update.state === "left" || update.userId === this.options.self()) return;
    // Browsers throttle a hidden tab's timers, so it replies to peers' heartbeats instead.
    if (!this.userActivity.isVisible && this.sinceSentMs(room) >= timing.presenceReplyMs)
      this.send(update.appointmentId, room);
  }

  receiveSnapshot(snapshot: Snapshot, channel: Channel): void {
    const room = this.room(snapshot.appointmentId);
    if (room.channel !== channel) {
      room.channel = channel;
      // For the server this socket has just joined; the first heartbeat is due in a full interval.
      room.sentAtMs = this.now();
    }
    room.sentState = "viewing";
    this.setRecords(room, applySnapshot(room.records, snapshot, this.now()));
    this.sendIfChanged(snapshot.appointmentId, room);
  }

  setVisible(visible: boolean): void {
    if (visible === this.userActivity.isVisible) return;
    this.userActivity.setVisible(visible);
    if (visible) this.resume();
    this.tickWhileNeeded();
  }

  /** Reports user activity. */
  noteInput(): void {
    this.userActivity.noteInput();
  }

  hasPeers(appointmentId: string): boolean {
    return this.rooms.get(appointmentId)?.hasPeers ?? false;
  }

  /** The appointment is no longer followed. */
  forget(appointmentId: string): void {
    const room = this.room(appointmentId);
    room.channel = null;
    this.setRecords(room, noPeers);
  }

  /** For sign-out: the next member starts without peers. */
  clear(): void {
    for (const appointmentId of this.rooms.keys()) this.forget(appointmentId);
  }

  private now(): number {
    return this.options.clock.now();
  }

  private room(appointmentId: string): Room {
    const room = this.rooms.get(appointmentId) ?? new Room();
    this.rooms.set(appointmentId, room);
    return room;
  }

  private setRecords(room: Room, records: Peers): void {
    if (records === room.records) return;
    room.records = records;
    const peers = otherPeers(records, this.options.self());
    if (JSON.stringify(peers) !== JSON.stringify(room.peers.get())) room.peers.set(peers);
    this.tickWhileNeeded();
  }

  private sinceSentMs(room: Room): number {
    return this.now() - room.sentAtMs;
  }

  private sendIfChanged(appointmentId: string, room: Room): void {
    if (room.activity && presenceStateOf(room.activity, this.userActivity.isActive) !== room.sentState)
      this.send(appointmentId, room);
  }

  private sendChanges(): void {
    for (const [appointmentId, room] of this.rooms) this.sendIfChanged(appointmentId, room);
  }

  private send(appointmentId: string, room: Room): void {
    if (!room.activity || !room.channel) return;
    const state = presenceStateOf(room.activity, this.userActivity.isActive);
    const frame = { action: "presence", appointmentId, state } as const;
    // The successor of a handover may have failed; then the current socket is used.
    if (!room.channel.send(frame) && !this.options.channel.send(frame)) return;
    room.sentState = state;
    room.sentAtMs = this.now();
  }

  /** Peers may be silent because this tab was. They get a heartbeat now, and reply. */
  private resume(): void {
    for (const [appointmentId, room] of this.rooms) {
      const hadPeers = room.hasPeers;
      this.setRecords(room, resetSilence(room.records, this.now()));
      if (hadPeers && this.sinceSentMs(room) >= timing.presenceReplyMs) this.send(appointmentId, room);
    }
  }

  private tickWhileNeeded(): void {
    const needed = this.userActivity.isVisible && [...this.rooms.values()].some((room) => room.hasPeers);
    if (needed) this.cancelTick ??= this.options.clock.after(timing.presenceTickMs, () => this.tick());
    if (needed || !this.cancelTick) return;
    this.cancelTick();
    this.cancelTick = null;
  }

  private tick(): void {
    this.cancelTick = null;
    for (const [appointmentId, room] of this.rooms) {
      this.setRecords(room, expireSilent(room.records, this.now()));
      if (room.hasPeers && this.sinceSentMs(room) >= timing.presenceHeartbeatMs) this.send(appointmentId, room);
    }
    this.tickWhileNeeded();
  }
}
