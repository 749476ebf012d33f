import type { Store } from "@/lib/store";
import type { Random } from "./backoff";
import { Connection, type ConnectionState } from "./connection";
import type { AppointmentFrame, Calendar, CalendarFrame, ServerFrame } from "./frames";
import { IdleSuspend } from "./idle-suspend";
import { Pointers } from "./pointers";
import { Presence } from "./presence";
import type { Socket, SocketOptions } from "./socket";
import { Subscriptions } from "./subscriptions";
import { appointmentTopic, calendarTopic, type Topic, Topics } from "./topics";
import { Versions } from "./versions";

export type { ConnectionState } from "./connection";

export interface Realtime {
  state: Pick<Store<ConnectionState>, "get" | "subscribe">;
  start: () => void;
  stop: () => void;
  /**
   * Follows one appointment. Frames begin with a snapshot, also after a reconnect; versions never decrease.
   * Returns an unsubscribe function.
   */
  subscribe: (appointmentId: string, listener: (frame: AppointmentFrame) => void) => () => void;
  /**
   * Follows a calendar. On `calendar-subscribed`, also after a reconnect, the list must be read.
   * Returns an unsubscribe function.
   */
  subscribeCalendar: (calendar: Calendar, listener: (frame: CalendarFrame) => void) => () => void;
  presence: Pick<Presence, "peers" | "setState">;
  pointers: Pick<Pointers, "at" | "move">;
  /** Keeps a hidden tab connected, for a lock or unsaved text. Returns a release function. */
  keepConnected: () => () => void;
  /** Checks the connection now: after the machine slept, or when the network changed. */
  checkAlive: () => void;
  setVisible: (visible: boolean) => void;
  /** Reports user activity. */
  noteInput: () => void;
}

export interface RealtimeOptions extends SocketOptions {
  random?: Random;
  /** The id of the signed-in member. */
  self?: () => string | null;
}

/** Creates the page's live connection. */
export function createRealtime({ random = Math.random, self = () => null, ...options }: RealtimeOptions): Realtime {
  const { clock } = options;
  const versions = new Versions();
  // Separate, because snapshots reach the followers of an appointment, but not of a calendar.
  const calendarVersions = new Versions();
  const subscriptionsOf = new WeakMap<Socket, Subscriptions>();
  let started = false;

  const connection = new Connection({ ...options, random }, { onOpen: handleOpen, onFrame: handleFrame });
  const presence = new Presence({ clock, channel: connection, self });
  const pointers = new Pointers({
    clock,
    self,
    send: (frame) => connection.send(frame),
    hasPeers: (appointmentId) => presence.hasPeers(appointmentId),
  });
  const idleSuspend = new IdleSuspend({
    clock,
    onSuspend: () => connection.suspend(),
    onResume: () => started && connection.start(),
  });
  const forEachSocket = (act: (subscriptions: Subscriptions) => void) => {
    for (const socket of connection.openSockets()) {
      const subscriptions = subscriptionsOf.get(socket);
      if (subscriptions) act(subscriptions);
    }
  };
  const onFollow = (topic: Topic) => forEachSocket((subscriptions) => subscriptions.request(topic));
  const onUnfollow = (topic: Topic) => forEachSocket((subscriptions) => subscriptions.drop(topic));
  const calendars = new Topics<CalendarFrame>({ clock, onFollow, onUnfollow });
  const appointments = new Topics<AppointmentFrame>({
    clock,
    onFollow,
    onUnfollow(topic) {
      onUnfollow(topic);
      presence.forget(topic.id);
      pointers.forget(topic.id);
    },
  });

  function handleOpen(socket: Socket): void {
    const subscriptions = new Subscriptions({
      clock,
      send: (frame) => socket.send(frame),
      onComplete: () => connection.ready(socket),
    });
    subscriptionsOf.set(socket, subscriptions);
    subscriptions.requestAll([...appointments.all(), ...calendars.all()]);
  }

  function handleFrame(frame: ServerFrame, socket: Socket): void {
    dispatch(frame, socket);
    subscriptionsOf.get(socket)?.receive(frame);
  }

  function dispatch(frame: ServerFrame, socket: Socket): void {
    switch (frame.type) {
      case "pong":
      case "error":
        break;
      case "presence-update":
        presence.receive(frame);
        pointers.receivePresence(frame);
        break;
      case "cursor-update":
        pointers.receive(frame);
        break;
      case "calendar-subscribed":
      case "slot-updated":
        calendars.emit(frame);
        break;
      case "appointment-updated":
        emitToCalendars(frame);
        emitToFollowers(frame);
        break;
      case "snapshot":
        presence.receiveSnapshot(frame, socket);
        emitToFollowers(frame);
        break;
      default:
        emitToFollowers(frame);
    }
  }

  function emitToCalendars(frame: AppointmentFrame & CalendarFrame): void {
    const accepted = calendarVersions.accept(frame);
    if (accepted) calendars.emit(accepted);
  }

  function emitToFollowers(frame: AppointmentFrame): void {
    const accepted = versions.accept(frame);
    if (accepted) appointments.emit(accepted);
  }

  return {
    state: connection.state,
    start() {
      started = true;
      connection.start();
    },
    stop() {
      started = false;
      connection.stop();
      presence.clear();
      pointers.clear();
      versions.clear();
      calendarVersions.clear();
    },
    subscribe: (appointmentId, listener) => appointments.follow(appointmentTopic(appointmentId), listener),
    subscribeCalendar: (calendar, listener) => calendars.follow(calendarTopic(calendar), listener),
    presence,
    pointers,
    keepConnected: () => idleSuspend.keepConnected(),
    checkAlive: () => connection.checkAlive(),
    setVisible(visible) {
      idleSuspend.setVisible(visible);
      presence.setVisible(visible);
      if (visible) connection.checkAlive();
    },
    noteInput: () => presence.noteInput(),
  };
}
