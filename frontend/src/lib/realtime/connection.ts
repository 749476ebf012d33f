import { env } from "@/lib/env";
import { createStore } from "@/lib/store";
import { backoffMs, between, type Random, refusalMs } from "./backoff";
import type { ClientFrame, ServerFrame } from "./frames";
import { Link, type LinkParts } from "./link";

/**
 * `connecting` until it has lasted long enough to be worth telling; then `lost`, or `late` if there was none yet.
 * `asleep` while nobody looks.
 */
export type ConnectionState = "connecting" | "open" | "lost" | "late" | "asleep";

export interface ConnectionEvents {
  /** A link is there to be subscribed on. Call `ready` when it has answered everything. */
  opened: (link: Link) => void;
  heard: (frame: ServerFrame, link: Link) => void;
}

/** Keeps one link open: backs off after failures, and has a successor ready before the link's time is over. */
export class Connection {
  readonly state = createStore<ConnectionState>("connecting");
  private current: Link | null = null;
  private successor: Link | null = null;
  private running = false;
  private hasBeenOpen = false;
  private failures = 0;
  /** Before this not even a probe tries again. */
  private soonestMs = 0;
  private cancelRetry = () => {};
  private cancelNotice: (() => void) | null = null;
  private cancelRenewal = () => {};

  constructor(
    private readonly parts: LinkParts & { random: Random },
    private readonly events: ConnectionEvents,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.missing();
    if (this.now() >= this.soonestMs) this.connect();
    else this.retryIn(this.soonestMs - this.now());
  }

  /** Until the next `start`; what was subscribed is subscribed again then. */
  pause(): void {
    this.hangUp();
    this.state.set("asleep");
  }

  stop(): void {
    this.hangUp();
    this.hasBeenOpen = false;
    this.failures = 0;
    this.soonestMs = 0;
    this.state.set("connecting");
  }

  /** Finds out now whether the connection lives, or tries now to get one: the machine woke, or the network changed. */
  probe(): void {
    if (this.current?.isOpen) this.current.ping();
    else if (this.running && !this.current && this.now() >= this.soonestMs) this.connect();
  }

  send(frame: ClientFrame): boolean {
    return this.current?.send(frame) ?? false;
  }

  /** The link in use and, for a moment, the one that is about to replace it. */
  openLinks(): Link[] {
    return [this.current, this.successor].filter((link) => link?.isOpen) as Link[];
  }

  /** Everything has been answered on `link`: from here on the link before it is not needed any more. */
  ready(link: Link): void {
    if (link !== this.successor) return;
    this.current?.close();
    this.current = link;
    this.successor = null;
    this.adopted();
  }

  private now(): number {
    return this.parts.clock.now();
  }

  private newLink(): Link {
    const link = new Link(this.parts, {
      opened: (opened) => {
        if (opened === this.current) this.adopted();
        this.events.opened(opened);
      },
      heard: this.events.heard,
      ended: (ended, cause) => (ended === this.successor ? this.failedHandover() : this.dropped(ended, cause)),
    });
    void link.open();
    return link;
  }

  private connect(): void {
    this.cancelRetry();
    this.soonestMs = this.now() + env.reconnectMinMs;
    this.current = this.newLink();
  }

  private adopted(): void {
    this.forgetNotice();
    this.hasBeenOpen = true;
    this.state.set("open");
    this.renewIn(between(env.renewFromMs, env.renewUntilMs, this.parts.random));
  }

  private dropped(link: Link, cause: unknown): void {
    if (link.livedMs >= env.settledMs) this.failures = 0;
    this.cancelRenewal();
    this.current = this.successor;
    this.successor = null;
    if (this.current?.isOpen) {
      this.adopted();
      return;
    }
    this.missing();
    if (!this.current) this.retryAfter(cause);
  }

  private retryAfter(cause: unknown): void {
    const refusedMs = refusalMs(cause, this.parts.random);
    this.soonestMs = Math.max(this.soonestMs, this.now() + refusedMs);
    this.retryIn(Math.max(refusedMs, backoffMs(this.failures, this.parts.random)));
    this.failures++;
  }

  private retryIn(delayMs: number): void {
    this.cancelRetry();
    this.cancelRetry = this.parts.clock.after(delayMs, () => this.connect());
  }

  /** There is no connection. That is told if it lasts. */
  private missing(): void {
    if (this.cancelNotice) return;
    this.state.set("connecting");
    this.cancelNotice = this.parts.clock.after(env.lostAfterMs, () =>
      this.state.set(this.hasBeenOpen ? "lost" : "late"),
    );
  }

  private forgetNotice(): void {
    this.cancelNotice?.();
    this.cancelNotice = null;
  }

  private renewIn(delayMs: number): void {
    this.cancelRenewal();
    this.cancelRenewal = this.parts.clock.after(delayMs, () => this.renew());
  }

  private renew(): void {
    this.successor = this.newLink();
    this.cancelRenewal = this.parts.clock.after(env.handoverTimeoutMs, () => this.failedHandover());
  }

  /** The old link goes on, as long as it may; that is some minutes yet. */
  private failedHandover(): void {
    this.successor?.close();
    this.successor = null;
    this.renewIn(between(env.handoverRetryMs / 2, env.handoverRetryMs, this.parts.random));
  }

  private hangUp(): void {
    this.running = false;
    this.cancelRetry();
    this.forgetNotice();
    this.cancelRenewal();
    this.current?.close();
    this.successor?.close();
    this.current = null;
    this.successor = null;
  }
}
