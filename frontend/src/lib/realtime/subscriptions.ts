import { env } from "@/lib/env";
import type { Clock } from "@/lib/time/clock";
import type { ClientFrame, ServerFrame } from "./frames";
import type { Topic } from "./topics";

export interface SubscriptionsParts {
  clock: Clock;
  /** False when the link is closed. */
  send: (frame: ClientFrame) => boolean;
  /** Nothing waits for an answer any more, but what was refused: an appointment that is not there, for one. */
  onComplete: () => void;
}

interface Asked {
  topic: Topic;
  cancel: () => void;
}

/** What one link has been asked to follow, until it is answered. A flooded server may have dropped the question. */
export class Subscriptions {
  private readonly waiting = new Map<string, Asked>();
  private refused = 0;
  private readonly droppedAtMs = new Map<string, number>();

  constructor(private readonly parts: SubscriptionsParts) {}

  all(topics: readonly Topic[]): void {
    for (const topic of topics) this.ask(topic);
    this.complete();
  }

  /** Asks for the present state, unless that is on its way already. */
  ask(topic: Topic): void {
    if (this.waiting.has(topic.key)) return;
    const sinceDropMs = this.parts.clock.now() - (this.droppedAtMs.get(topic.key) ?? Number.NEGATIVE_INFINITY);
    // Or the `unsubscribe` that was sent just now might be served after it.
    if (sinceDropMs < env.reorderMs) this.askIn(env.reorderMs - sinceDropMs, topic, 0);
    else this.askNow(topic, 0);
  }

  drop(topic: Topic): void {
    this.waiting.get(topic.key)?.cancel();
    this.waiting.delete(topic.key);
    this.droppedAtMs.set(topic.key, this.parts.clock.now());
    this.parts.send(topic.unsubscribe);
    this.complete();
  }

  hear(frame: ServerFrame): void {
    if (frame.type === "error" && frame.action?.startsWith("subscribe")) {
      this.refused++;
      this.complete();
    }
    if (frame.type !== "snapshot" && frame.type !== "calendar-subscribed") return;
    for (const [key, { topic, cancel }] of this.waiting) {
      if (!topic.concerns(frame)) continue;
      cancel();
      this.waiting.delete(key);
      this.complete();
    }
  }

  private askNow(topic: Topic, tries: number): void {
    this.askIn(Math.min(env.answerTimeoutMs * 2 ** tries, env.answerTimeoutMaxMs), topic, tries + 1);
    // A closed link needs no answers any more.
    if (!this.parts.send(topic.subscribe)) this.waiting.get(topic.key)?.cancel();
  }

  private askIn(delayMs: number, topic: Topic, tries: number): void {
    this.waiting.set(topic.key, { topic, cancel: this.parts.clock.after(delayMs, () => this.askNow(topic, tries)) });
  }

  private complete(): void {
    if (this.waiting.size <= this.refused) this.parts.onComplete();
  }
}
