import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import type { Calendar, ClientFrame, ServerFrame } from "./frames";

/** What can be followed. */
export interface Topic {
  key: string;
  /** The appointment's or the doctor's; empty for every doctor. */
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
  /** Somebody wants to hear how it is now, and every change from then on. */
  onFollow: (topic: Topic) => void;
  onUnfollow: (topic: Topic) => void;
}

interface Followed<Frame> {
  topic: Topic;
  listeners: Set<(frame: Frame) => void>;
  cancelUnfollow: () => void;
}

/** Who follows what here. Two who follow the same share it; it ends a moment after the last has gone. */
export class Topics<Frame extends ServerFrame> {
  private readonly followed = new Map<string, Followed<Frame>>();

  constructor(private readonly options: TopicsOptions) {}

  follow(topic: Topic, listener: (frame: Frame) => void): () => void {
    const entry = this.followed.get(topic.key) ?? { topic, listeners: new Set(), cancelUnfollow: () => {} };
    // One function may be given twice, and is told twice.
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
