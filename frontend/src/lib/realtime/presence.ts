import { env } from "@/lib/env";
import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import { Attendance } from "./attendance";
import type { ClientFrame, PresenceState, PresenceUpdate, Snapshot } from "./frames";
import {
  afterSilence,
  afterSnapshot,
  afterUpdate,
  heardNow,
  type Members,
  nobody,
  type Person,
  peopleOf,
} from "./members";

/** What the page does with an appointment; `unsaved` is editing that must not be forgotten in a hidden tab. */
export type Doing = "viewing" | "editing" | "unsaved";

/** What others are told of it. */
export function stateToTell(doing: Doing, isThere: boolean): PresenceState {
  if (doing === "unsaved") return "editing";
  return isThere ? doing : "idle";
}

/** The way to the server; false if it is closed. */
interface Line {
  send: (frame: ClientFrame) => boolean;
}

export interface PresenceParts {
  clock: Clock;
  line: Line;
  /** The own user's id, once somebody is signed in. */
  self: () => string | null;
}

const TICK_MS = 1_000;

/** One followed appointment. */
class Room {
  readonly people = createStore<readonly Person[]>([]);
  members: Members = nobody;
  doing: Doing | null = null;
  /** Where its snapshot came from. */
  line: Line | null = null;
  told: PresenceState = "viewing";
  toldAtMs = Number.NEGATIVE_INFINITY;

  get isAccompanied(): boolean {
    return this.people.get().length > 0;
  }
}

/** Who else is here, and telling them what this tab does. */
export class Presence {
  private readonly rooms = new Map<string, Room>();
  private readonly attendance: Attendance;
  private cancelTick: (() => void) | null = null;

  constructor(private readonly parts: PresenceParts) {
    this.attendance = new Attendance({ clock: parts.clock, onChange: () => this.tellChanges() });
  }

  /** The others at an appointment that is subscribed. */
  who(appointmentId: string): Pick<Store<readonly Person[]>, "get" | "subscribe"> {
    return this.room(appointmentId).people;
  }

  /** Says what this tab does with an appointment that it follows; null when it is no longer on the screen. */
  setState(appointmentId: string, doing: Doing | null): void {
    const room = this.room(appointmentId);
    room.doing = doing;
    if (doing) this.attendance.watch();
    this.tellChange(appointmentId, room);
    this.tickWhileNeeded();
  }

  hear(update: PresenceUpdate): void {
    const room = this.room(update.appointmentId);
    this.replace(room, afterUpdate(room.members, update, this.now()));
    if (update.state === "left" || update.userId === this.parts.self()) return;
    // A hidden tab's timers sleep, so it repeats when it hears somebody else do so.
    if (!this.attendance.isVisible && this.sinceToldMs(room) >= env.presenceAnswerMs)
      this.tell(update.appointmentId, room);
  }

  hearSnapshot(snapshot: Snapshot, line: Line): void {
    const room = this.room(snapshot.appointmentId);
    if (room.line !== line) {
      room.line = line;
      // To the server this is somebody who has just come; it waits for the first repeat.
      room.toldAtMs = this.now();
    }
    room.told = "viewing";
    this.replace(room, afterSnapshot(room.members, snapshot, this.now()));
    this.tellChange(snapshot.appointmentId, room);
  }

  setVisible(visible: boolean): void {
    if (visible === this.attendance.isVisible) return;
    this.attendance.setVisible(visible);
    if (visible) this.returned();
    this.tickWhileNeeded();
  }

  /** The user did something. */
  noteInput(): void {
    this.attendance.noteInput();
  }

  isAccompanied(appointmentId: string): boolean {
    return this.rooms.get(appointmentId)?.isAccompanied ?? false;
  }

  /** It is not followed any more, so nothing is known of it. */
  forget(appointmentId: string): void {
    const room = this.room(appointmentId);
    room.line = null;
    this.replace(room, nobody);
  }

  /** The next to sign in was not here. */
  clear(): void {
    for (const appointmentId of this.rooms.keys()) this.forget(appointmentId);
  }

  private now(): number {
    return this.parts.clock.now();
  }

  private room(appointmentId: string): Room {
    const room = this.rooms.get(appointmentId) ?? new Room();
    this.rooms.set(appointmentId, room);
    return room;
  }

  private replace(room: Room, members: Members): void {
    if (members === room.members) return;
    room.members = members;
    const people = peopleOf(members, this.parts.self());
    if (JSON.stringify(people) !== JSON.stringify(room.people.get())) room.people.set(people);
    this.tickWhileNeeded();
  }

  private sinceToldMs(room: Room): number {
    return this.now() - room.toldAtMs;
  }

  private tellChange(appointmentId: string, room: Room): void {
    if (room.doing && stateToTell(room.doing, this.attendance.isThere) !== room.told) this.tell(appointmentId, room);
  }

  private tellChanges(): void {
    for (const [appointmentId, room] of this.rooms) this.tellChange(appointmentId, room);
  }

  private tell(appointmentId: string, room: Room): void {
    if (!room.doing || !room.line) return;
    const state = stateToTell(room.doing, this.attendance.isThere);
    const frame = { action: "presence", appointmentId, state } as const;
    // A link that was to take over may have failed; then the one in use goes on.
    if (!room.line.send(frame) && !this.parts.line.send(frame)) return;
    room.told = state;
    room.toldAtMs = this.now();
  }

  /** Others may have fallen silent because this tab did. They hear from it now, and answer. */
  private returned(): void {
    for (const [appointmentId, room] of this.rooms) {
      const wasAccompanied = room.isAccompanied;
      this.replace(room, heardNow(room.members, this.now()));
      if (wasAccompanied && this.sinceToldMs(room) >= env.presenceAnswerMs) this.tell(appointmentId, room);
    }
  }

  private tickWhileNeeded(): void {
    const needed = this.attendance.isVisible && [...this.rooms.values()].some((room) => room.isAccompanied);
    if (needed) this.cancelTick ??= this.parts.clock.after(TICK_MS, () => this.tick());
    if (needed || !this.cancelTick) return;
    this.cancelTick();
    this.cancelTick = null;
  }

  private tick(): void {
    this.cancelTick = null;
    for (const [appointmentId, room] of this.rooms) {
      this.replace(room, afterSilence(room.members, this.now()));
      if (room.isAccompanied && this.sinceToldMs(room) >= env.presenceEveryMs) this.tell(appointmentId, room);
    }
    this.tickWhileNeeded();
  }
}
