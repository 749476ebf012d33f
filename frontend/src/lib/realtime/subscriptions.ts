import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import type { ClientFrame, ServerFrame } from "./frames";
import type { Topic } from "./topics";

export interface SubscriptionsOptions {
  clock: Clock;
  /** Returns false if the socket is closed. */
  send: (frame: ClientFrame) => boolean;
  /** Every request is answered or refused; for example, an appointment may not exist. */
  onComplete: () => void;
}

interface PendingRequest {
  topic: Topic;
  cancel: () => void;
}

/** The pending subscribe requests of one socket. Repeated until answered, since a flooded server drops frames. */
export class Subscriptions {
  private readonly pending = new Map<string, PendingRequest>();
  private rejectedCount = 0;
  private readonly droppedAtMs = new Map<string, number>();

  constructor(private readonly options: SubscriptionsOptions) {}

  requestAll(topics: readonly Topic[]): void {
    for (const topic of topics) this.request(topic);
    this.reportIfComplete();
  }

  /** Requests a topic's current state, unless a request is pending. */
  request(topic: Topic): void {
    if (this.pending.has(topic.key)) return;
    const sinceDropMs = this.options.clock.now() - (this.droppedAtMs.get(topic.key) ?? Number.NEGATIVE_INFINITY);
    // Otherwise the server might handle the recent `unsubscribe` after it.
    if (sinceDropMs < timing.reorderWindowMs) this.sendIn(timing.reorderWindowMs - sinceDropMs, topic, 0);
    else this.send(topic, 0);
  }

  drop(topic: Topic): void {
    this.pending.get(topic.key)?.cancel();
    this.pending.delete(topic.key);
    this.droppedAtMs.set(topic.key, this.options.clock.now());
    this.options.send(topic.unsubscribe);
    this.reportIfComplete();
  }

  receive(frame: ServerFrame): void {
    if (frame.type === "error" && frame.action?.startsWith("subscribe")) {
      this.rejectedCount++;
      this.reportIfComplete();
    }
    if (frame.type !== "snapshot" && frame.type !== "calendar-subscribed") return;
    for (const [key, { topic, cancel }] of this.pending) {
      if (!topic.matches(frame)) continue;
      cancel();
      this.pending.delete(key);
      this.reportIfComplete();
    }
  }

  private send(topic: Topic, tries: number): void {
    this.sendIn(Math.min(timing.subscribeTimeoutMs * 2 ** tries, timing.subscribeTimeoutMaxMs), topic, tries + 1);
    // A closed socket needs no retries.
    if (!this.options.send(topic.subscribe)) this.pending.get(topic.key)?.cancel();
  }

  private sendIn(delayMs: number, topic: Topic, tries: number): void {
    this.pending.set(topic.key, { topic, cancel: this.options.clock.after(delayMs, () => this.send(topic, tries)) });
  }

  private reportIfComplete(): void {
    if (this.pending.size <= this.rejectedCount) this.options.onComplete();
  }
}
