import { env } from "@/lib/env";
import type { Clock } from "@/lib/time/clock";
import type { Calendar, ClientFrame, ServerFrame } from "./frames";

/** What can be followed. */
export interface Topic {
  key: string;
  /** The appointment's or the doctor's; empty for every doctor. */
  id: string;
  subscribe: ClientFrame;
  unsubscribe: ClientFrame;
  concerns: (frame: ServerFrame) => boolean;
}

export function appointmentTopic(appointmentId: string): Topic {
  return {
    key: `appointment ${appointmentId}`,
    id: appointmentId,
    subscribe: { action: "subscribe", appointmentId },
    unsubscribe: { action: "unsubscribe", appointmentId },
    concerns: (frame) => "appointmentId" in frame && frame.appointmentId === appointmentId,
  };
}

export function calendarTopic({ doctorId }: Calendar): Topic {
  const which = doctorId ? { doctorId } : {};
  return {
    key: `calendar ${doctorId ?? ""}`,
    id: doctorId ?? "",
    subscribe: { action: "subscribe-calendar", ...which },
    unsubscribe: { action: "unsubscribe-calendar", ...which },
    concerns(frame) {
      if (frame.type === "calendar-subscribed") return (frame.doctorId ?? undefined) === doctorId;
      if (frame.type === "slot-updated") return !doctorId || frame.doctorId === doctorId;
      return frame.type === "appointment-updated";
    },
  };
}

export interface TopicsParts {
  clock: Clock;
  /** Somebody wants to hear how it is now, and every change from then on. */
  onWanted: (topic: Topic) => void;
  onUnwanted: (topic: Topic) => void;
}

interface Followed<Frame> {
  topic: Topic;
  listeners: Set<(frame: Frame) => void>;
  cancelEnd: () => void;
}

/** Who follows what here. Two who follow the same share it; it ends a moment after the last has gone. */
export class Topics<Frame extends ServerFrame> {
  private readonly followed = new Map<string, Followed<Frame>>();

  constructor(private readonly parts: TopicsParts) {}

  follow(topic: Topic, listener: (frame: Frame) => void): () => void {
    const entry = this.followed.get(topic.key) ?? { topic, listeners: new Set(), cancelEnd: () => {} };
    // One function may be given twice, and is told twice.
    const own = (frame: Frame) => listener(frame);
    entry.cancelEnd();
    entry.listeners.add(own);
    this.followed.set(topic.key, entry);
    this.parts.onWanted(topic);
    return () => {
      if (entry.listeners.delete(own) && entry.listeners.size === 0) this.endLater(entry);
    };
  }

  tell(frame: Frame): void {
    for (const { topic, listeners } of [...this.followed.values()]) {
      if (topic.concerns(frame)) for (const listener of [...listeners]) listener(frame);
    }
  }

  all(): Topic[] {
    return [...this.followed.values()].map(({ topic }) => topic);
  }

  private endLater(entry: Followed<Frame>): void {
    entry.cancelEnd = this.parts.clock.after(env.unsubscribeAfterMs, () => {
      this.followed.delete(entry.topic.key);
      this.parts.onUnwanted(entry.topic);
    });
  }
}
