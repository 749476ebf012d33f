import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import type { Calendar, ClientFrame, ServerFrame } from "./frames";

/** An appointment or a calendar to follow. */
export interface Topic {
  key: string;
  /** The id of the appointment or doctor; empty for every doctor. */
  id: string;
  subscribe: ClientFrame;
  unsubscribe: ClientFrame;
  matches: (frame: ServerFrame) => boolean;
}

export function appointmentTopic(appointmentId: string): Topic {
  return {
    key: `appointment ${appointmentId}`,
    id: appointmentId,
    subscribe: { action: "subscribe", appointmentId },
    unsubscribe: { action: "unsubscribe", appointmentId },
    matches: (frame) => "appointmentId" in frame && frame.appointmentId === appointmentId,
  };
}

export function calendarTopic({ doctorId }: Calendar): Topic {
  const calendar = doctorId ? { doctorId } : {};
  return {
    key: `calendar ${doctorId ?? ""}`,
    id: doctorId ?? "",
    subscribe: { action: "subscribe-calendar", ...calendar },
    unsubscribe: { action: "unsubscribe-calendar", ...calendar },
    matches(frame) {
      if (frame.type === "calendar-subscribed") return (frame.doctorId ?? undefined) === doctorId;
      if (frame.type === "slot-updated") return !doctorId || frame.doctorId === doctorId;
      return frame.type === "appointment-updated";
    },
  };
}

export interface TopicsOptions {
  clock: Clock;
  /** A listener needs the current state and every later change. */
  onFollow: (topic: Topic) => void;
  onUnfollow: (topic: Topic) => void;
}

interface Followed<Frame> {
  topic: Topic;
  listeners: Set<(frame: Frame) => void>;
  cancelUnfollow: () => void;
}

/** The page's listeners by topic. Listeners share a subscription, which ends shortly after the last one leaves. */
export class Topics<Frame extends ServerFrame> {
  private readonly followed = new Map<string, Followed<Frame>>();

  constructor(private readonly options: TopicsOptions) {}

  follow(topic: Topic, listener: (frame: Frame) => void): () => void {
    const entry = this.followed.get(topic.key) ?? { topic, listeners: new Set(), cancelUnfollow: () => {} };
    // The same function may be added twice, and is then called twice.
    const own = (frame: Frame) => listener(frame);
    entry.cancelUnfollow();
    entry.listeners.add(own);
    this.followed.set(topic.key, entry);
    this.options.onFollow(topic);
    return () => {
      if (entry.listeners.delete(own) && entry.listeners.size === 0) this.unfollowLater(entry);
    };
  }

  emit(frame: Frame): void {
    for (const { topic, listeners } of [...this.followed.values()]) {
      if (topic.matches(frame)) for (const listener of [...listeners]) listener(frame);
    }
  }

  all(): Topic[] {
    return [...this.followed.values()].map(({ topic }) => topic);
  }

  private unfollowLater(entry: Followed<Frame>): void {
    entry.cancelUnfollow = this.options.clock.after(timing.unsubscribeDelayMs, () => {
      this.followed.delete(entry.topic.key);
      this.options.onUnfollow(entry.topic);
    });
  }
}
