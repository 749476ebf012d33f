import { createStore } from "@/lib/store";
import { timing } from "@/lib/timing";
import { backoffMs, between, type Random, refusalMs } from "./backoff";
import type { ClientFrame, ServerFrame } from "./frames";
import { Socket, type SocketOptions } from "./socket";

/**
 * `connecting` becomes `reconnecting` if it lasts, or `unreachable` if there never was a connection.
 * `suspended` while the tab is hidden.
 */
export type ConnectionState = "connecting" | "open" | "reconnecting" | "unreachable" | "suspended";

export interface ConnectionEvents {
  /** A socket is open. Call `ready` when all its subscriptions are answered. */
  onOpen: (socket: Socket) => void;
  onFrame: (frame: ServerFrame, socket: Socket) => void;
}

/** Keeps one socket open: backs off after failures, and hands over to a successor before the gateway's limit. */
export class Connection {
  readonly state = createStore<ConnectionState>("connecting");
  private current: Socket | null = null;
  private successor: Socket | null = null;
  private running = false;
  private hasBeenOpen = false;
  private failures = 0;
  /** Not even `checkAlive` retries earlier. */
  private earliestRetryMs = 0;
  private cancelRetry = () => {};
  private cancelLossReport: (() => void) | null = null;
  private cancelRenewal = () => {};

  constructor(
    private readonly options: SocketOptions & { random: Random },
    private readonly events: ConnectionEvents,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.reportLossLater();
    if (this.now() >= this.earliestRetryMs) this.openSocket();
    else this.retryIn(this.earliestRetryMs - this.now());
  }

  /** Disconnects until the next `start`, which subscribes again. */
  suspend(): void {
    this.disconnect();
    this.state.set("suspended");
  }

  stop(): void {
    this.disconnect();
    this.hasBeenOpen = false;
    this.failures = 0;
    this.earliestRetryMs = 0;
    this.state.set("connecting");
  }

  /** Pings the open socket, or connects now if there is none. */
  checkAlive(): void {
    if (this.current?.isOpen) this.current.ping();
    else if (this.running && !this.current && this.now() >= this.earliestRetryMs) this.openSocket();
  }

  send(frame: ClientFrame): boolean {
    return this.current?.send(frame) ?? false;
  }

  /** The socket in use and, during a handover, its successor. */
  openSockets(): Socket[] {
    return [this.current, this.successor].filter((socket) => socket?.isOpen) as Socket[];
  }

  /** All subscriptions of `socket` are answered, so it replaces the current one. */
  ready(socket: Socket): void {
    if (socket !== this.successor) return;
    this.current?.close();
    this.current = socket;
    this.successor = null;
    this.promote();
  }

  private now(): number {
    return this.options.clock.now();
  }

  private newSocket(): Socket {
    const socket = new Socket(this.options, {
      onOpen: (opened) => {
        if (opened === this.current) this.promote();
        this.events.onOpen(opened);
      },
      onFrame: this.events.onFrame,
      onClose: (ended, cause) => (ended === this.successor ? this.abandonHandover() : this.handleLoss(ended, cause)),
    });
    void socket.open();
    return socket;
  }

  private openSocket(): void {
    this.cancelRetry();
    this.earliestRetryMs = this.now() + timing.reconnectMinMs;
    this.current = this.newSocket();
  }

  private promote(): void {
    this.clearLossReport();
    this.hasBeenOpen = true;
    this.state.set("open");
    this.renewIn(between(timing.handoverFromMs, timing.handoverUntilMs, this.options.random));
  }

  private handleLoss(socket: Socket, cause: unknown): void {
    if (socket.uptimeMs >= timing.stableAfterMs) this.failures = 0;
    this.cancelRenewal();
    this.current = this.successor;
    this.successor = null;
    if (this.current?.isOpen) {
      this.promote();
      return;
    }
    this.reportLossLater();
    if (!this.current) this.retryAfter(cause);
  }

  private retryAfter(cause: unknown): void {
    const refusedMs = refusalMs(cause, this.options.random);
    this.earliestRetryMs = Math.max(this.earliestRetryMs, this.now() + refusedMs);
    this.retryIn(Math.max(refusedMs, backoffMs(this.failures, this.options.random)));
    this.failures++;
  }

  private retryIn(delayMs: number): void {
    this.cancelRetry();
    this.cancelRetry = this.options.clock.after(delayMs, () => this.openSocket());
  }

  /** Reports the loss if it lasts. */
  private reportLossLater(): void {
    if (this.cancelLossReport) return;
    this.state.set("connecting");
    this.cancelLossReport = this.options.clock.after(timing.lossReportDelayMs, () =>
      this.state.set(this.hasBeenOpen ? "reconnecting" : "unreachable"),
    );
  }

  private clearLossReport(): void {
    this.cancelLossReport?.();
    this.cancelLossReport = null;
  }

  private renewIn(delayMs: number): void {
    this.cancelRenewal();
    this.cancelRenewal = this.options.clock.after(delayMs, () => this.renew());
  }

  private renew(): void {
    this.successor = this.newSocket();
    this.cancelRenewal = this.options.clock.after(timing.handoverTimeoutMs, () => this.abandonHandover());
  }

  /** Keeps the old socket, which has some minutes left. */
  private abandonHandover(): void {
    this.successor?.close();
    this.successor = null;
    this.renewIn(between(timing.handoverRetryMs / 2, timing.handoverRetryMs, this.options.random));
  }

  private disconnect(): void {
    this.running = false;
    this.cancelRetry();
    this.clearLossReport();
    this.cancelRenewal();
    this.current?.close();
    this.successor?.close();
    this.current = null;
    this.successor = null;
  }
}
