import { env } from "@/lib/env";
import type { Clock } from "@/lib/time/clock";
import { type ClientFrame, parseFrame, type ServerFrame } from "./frames";

export interface LinkParts {
  /** Asked for every link, because a ticket is good for one only. */
  url: () => Promise<string>;
  clock: Clock;
  WebSocket?: (new (url: string) => WebSocket) | undefined;
}

export interface LinkEvents {
  opened: (link: Link) => void;
  heard: (frame: ServerFrame, link: Link) => void;
  /** It failed or was dropped; at most once, and not for one that was closed from here. */
  ended: (link: Link, cause?: unknown) => void;
}

const OPEN = 1;

/** One socket from its ticket to its end, with a heartbeat. It is never opened again. */
export class Link {
  private socket: WebSocket | null = null;
  private openedAtMs: number | null = null;
  private over = false;
  private cancelTimeout = () => {};
  private cancelHeartbeat = () => {};
  private cancelPongWait: (() => void) | null = null;

  constructor(
    private readonly parts: LinkParts,
    private readonly events: LinkEvents,
  ) {}

  async open(): Promise<void> {
    this.cancelTimeout = this.parts.clock.after(env.connectTimeoutMs, () => this.end());
    try {
      const url = await this.parts.url();
      if (!this.over) this.dial(url);
    } catch (cause) {
      this.end(cause);
    }
  }

  get isOpen(): boolean {
    return !this.over && this.socket?.readyState === OPEN;
  }

  /** How long it has been open. */
  get livedMs(): number {
    return this.openedAtMs === null ? 0 : this.parts.clock.now() - this.openedAtMs;
  }

  /** False if it could not be sent: nothing waits for a later link. */
  send(frame: ClientFrame): boolean {
    if (!this.isOpen) return false;
    this.socket?.send(JSON.stringify(frame));
    return true;
  }

  /** Finds out whether the other side still answers. */
  ping(): void {
    // Asking again must not put off the end of a link that has not answered the first time.
    this.cancelPongWait ??= this.parts.clock.after(env.pongTimeoutMs, () => this.end());
    this.beatLater();
    this.send({ action: "ping" });
  }

  close(): void {
    this.over = true;
    this.cancelTimeout();
    this.cancelHeartbeat();
    this.hasAnswered();
    this.socket?.close();
  }

  private dial(url: string): void {
    const socket = new (this.parts.WebSocket ?? WebSocket)(url);
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.received(event.data));
    socket.addEventListener("close", () => this.end());
    socket.addEventListener("error", () => this.end());
  }

  private opened(): void {
    if (this.over) return;
    this.cancelTimeout();
    this.openedAtMs = this.parts.clock.now();
    this.beatLater();
    this.events.opened(this);
  }

  private received(text: unknown): void {
    if (this.over) return;
    this.hasAnswered();
    const frame = parseFrame(text);
    if (frame) this.events.heard(frame, this);
  }

  private hasAnswered(): void {
    this.cancelPongWait?.();
    this.cancelPongWait = null;
  }

  private beatLater(): void {
    this.cancelHeartbeat();
    this.cancelHeartbeat = this.parts.clock.after(env.heartbeatMs, () => this.ping());
  }

  private end(cause?: unknown): void {
    if (this.over) return;
    this.close();
    this.events.ended(this, cause);
  }
}
