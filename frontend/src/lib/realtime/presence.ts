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

/** What the page does with an appointment; `unsaved` is editing that must not be forgotten in a hidden tab. */
export type Activity = "viewing" | "editing" | "unsaved";

/** What others are told of it. */
export function presenceStateOf(activity: Activity, isActive: boolean): PresenceState {
  if (activity === "unsaved") return "editing";
  return isActive ? activity : "idle";
}

/** The way to the server; false if it is closed. */
interface Channel {
  send: (frame: ClientFrame) => boolean;
}

export interface PresenceOptions {
  clock: Clock;
  channel: Channel;
  /** The own user's id, once somebody is signed in. */
  self: () => string | null;
}

/** One followed appointment. */
class Room {
  readonly peers = createStore<readonly Peer[]>([]);
  records: Peers = noPeers;
  activity: Activity | null = null;
  /** Where its snapshot came from. */
  channel: Channel | null = null;
  sentState: PresenceState = "viewing";
  sentAtMs = Number.NEGATIVE_INFINITY;

  get hasPeers(): boolean {
    return this.peers.get().length > 0;
  }
}

/** Who else is here, and telling them what this tab does. */
export class Presence {
  private readonly rooms = new Map<string, Room>();
  private readonly userActivity: UserActivity;
  private cancelTick: (() => void) | null = null;

  constructor(private readonly options: PresenceOptions) {
    this.userActivity = new UserActivity({ clock: options.clock, onChange: () => this.sendChanges() });
  }

  /** The others at an appointment that is subscribed. */
  peers(appointmentId: string): Pick<Store<readonly Peer[]>, "get" | "subscribe"> {
    return this.room(appointmentId).peers;
  }

  /** Says what this tab does with an appointment that it follows; null when it is no longer on the screen. */
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
    // A hidden tab's timers sleep, so it repeats when it hears somebody else do so.
    if (!this.userActivity.isVisible && this.sinceSentMs(room) >= timing.presenceReplyMs)
      this.send(update.appointmentId, room);
  }

  receiveSnapshot(snapshot: Snapshot, channel: Channel): void {
    const room = this.room(snapshot.appointmentId);
    if (room.channel !== channel) {
      room.channel = channel;
      // To the server this is somebody who has just come; it waits for the first repeat.
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

  /** The user did something. */
  noteInput(): void {
    this.userActivity.noteInput();
  }

  hasPeers(appointmentId: string): boolean {
    return this.rooms.get(appointmentId)?.hasPeers ?? false;
  }

  /** It is not followed any more, so nothing is known of it. */
  forget(appointmentId: string): void {
    const room = this.room(appointmentId);
    room.channel = null;
    this.setRecords(room, noPeers);
  }

  /** The next to sign in was not here. */
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
    // A socket that was to take over may have failed; then the one in use goes on.
    if (!room.channel.send(frame) && !this.options.channel.send(frame)) return;
    room.sentState = state;
    room.sentAtMs = this.now();
  }

  /** Others may have fallen silent because this tab did. They hear from it now, and answer. */
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
