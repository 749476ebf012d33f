import type { Store } from "@/lib/store";
import type { Random } from "./backoff";
import { Connection, type ConnectionState } from "./connection";
import type { AppointmentFrame, Calendar, CalendarFrame, ServerFrame } from "./frames";
import type { Link, LinkParts } from "./link";
import { Pointers } from "./pointers";
import { Presence } from "./presence";
import { Sleep } from "./sleep";
import { Subscriptions } from "./subscriptions";
import { appointmentTopic, calendarTopic, type Topic, Topics } from "./topics";
import { Versions } from "./versions";

export type { ConnectionState } from "./connection";

export interface Realtime {
  state: Pick<Store<ConnectionState>, "get" | "subscribe">;
  start: () => void;
  stop: () => void;
  /** Frames of one appointment, beginning with a snapshot, also after every reconnect. No version goes back. */
  subscribe: (appointmentId: string, listener: (frame: AppointmentFrame) => void) => () => void;
  /** Changes of a calendar. `calendar-subscribed` says, also after every reconnect: read it now. */
  subscribeCalendar: (calendar: Calendar, listener: (frame: CalendarFrame) => void) => () => void;
  presence: Pick<Presence, "who" | "setState">;
  pointers: Pick<Pointers, "at" | "move">;
  /** Stays connected in a hidden tab too, until the answer is called: there is a lock, or text, or a place in a line. */
  keepAwake: () => () => void;
  /** Finds out now whether the connection lives: after a sleep, or when the network changed. */
  probe: () => void;
  setVisible: (visible: boolean) => void;
  /** The user did something. */
  noteInput: () => void;
}

export interface RealtimeOptions extends LinkParts {
  random?: Random;
  /** The id of the one who is signed in. */
  self?: () => string | null;
}

/** One live connection for the whole page. */
export function createRealtime({ random = Math.random, self = () => null, ...parts }: RealtimeOptions): Realtime {
  const { clock } = parts;
  const versions = new Versions();
  // Apart from the above: a snapshot tells an appointment's followers of a version, and a calendar's not.
  const calendarVersions = new Versions();
  const onLinks = new WeakMap<Link, Subscriptions>();
  let started = false;

  const connection = new Connection({ ...parts, random }, { opened, heard });
  const presence = new Presence({ clock, line: connection, self });
  const pointers = new Pointers({
    clock,
    self,
    send: (frame) => connection.send(frame),
    isAccompanied: (appointmentId) => presence.isAccompanied(appointmentId),
  });
  const sleep = new Sleep({
    clock,
    onSleep: () => connection.pause(),
    onWake: () => started && connection.start(),
  });
  const onEachLink = (act: (subscriptions: Subscriptions) => void) => {
    for (const link of connection.openLinks()) {
      const subscriptions = onLinks.get(link);
      if (subscriptions) act(subscriptions);
    }
  };
  const onWanted = (topic: Topic) => onEachLink((subscriptions) => subscriptions.ask(topic));
  const onUnwanted = (topic: Topic) => onEachLink((subscriptions) => subscriptions.drop(topic));
  const calendars = new Topics<CalendarFrame>({ clock, onWanted, onUnwanted });
  const appointments = new Topics<AppointmentFrame>({
    clock,
    onWanted,
    onUnwanted(topic) {
      onUnwanted(topic);
      presence.forget(topic.id);
      pointers.forget(topic.id);
    },
  });

  function opened(link: Link): void {
    const subscriptions = new Subscriptions({
      clock,
      send: (frame) => link.send(frame),
      onComplete: () => connection.ready(link),
    });
    onLinks.set(link, subscriptions);
    subscriptions.all([...appointments.all(), ...calendars.all()]);
  }

  function heard(frame: ServerFrame, link: Link): void {
    tell(frame, link);
    onLinks.get(link)?.hear(frame);
  }

  function tell(frame: ServerFrame, link: Link): void {
    switch (frame.type) {
      case "pong":
      case "error":
        break;
      case "presence-update":
        presence.hear(frame);
        pointers.hearPresence(frame);
        break;
      case "cursor-update":
        pointers.hear(frame);
        break;
      case "calendar-subscribed":
      case "slot-updated":
        calendars.tell(frame);
        break;
      case "appointment-updated":
        tellCalendars(frame);
        tellFollowers(frame);
        break;
      case "snapshot":
        presence.hearSnapshot(frame, link);
        tellFollowers(frame);
        break;
      default:
        tellFollowers(frame);
    }
  }

  function tellCalendars(frame: AppointmentFrame & CalendarFrame): void {
    const news = calendarVersions.accept(frame);
    if (news) calendars.tell(news);
  }

  function tellFollowers(frame: AppointmentFrame): void {
    const news = versions.accept(frame);
    if (news) appointments.tell(news);
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
    keepAwake: () => sleep.keepAwake(),
    probe: () => connection.probe(),
    setVisible(visible) {
      sleep.setVisible(visible);
      presence.setVisible(visible);
      if (visible) connection.probe();
    },
    noteInput: () => presence.noteInput(),
  };
}
