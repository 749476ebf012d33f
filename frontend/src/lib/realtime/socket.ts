import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import { type ClientFrame, parseFrame, type ServerFrame } from "./frames";

export interface SocketOptions {
  /** Called for every socket, because a ticket opens only one. */
  url: () => Promise<string>;
  clock: Clock;
  WebSocket?: (new (url: string) => WebSocket) | undefined;
}

export interface SocketEvents {
  onOpen: (socket: Socket) => void;
  onFrame: (frame: ServerFrame, socket: Socket) => void;
  /** The socket failed or was dropped. At most once, and not after `close`. */
  onClose: (socket: Socket, cause?: unknown) => void;
}

const OPEN = 1;

/** One WebSocket from its ticket to its close, with a heartbeat. It is never reopened. */
export class Socket {
  private webSocket: WebSocket | null = null;
  private openedAtMs: number | null = null;
  private isClosed = false;
  private cancelTimeout = () => {};
  private cancelHeartbeat = () => {};
  private cancelPongTimeout: (() => void) | null = null;

  constructor(
    private readonly options: SocketOptions,
    private readonly events: SocketEvents,
  ) {}

  async open(): Promise<void> {
    this.cancelTimeout = this.options.clock.after(timing.connectTimeoutMs, () => this.end());
    try {
      const url = await this.options.url();
      if (!this.isClosed) this.connect(url);
    } catch (cause) {
      this.end(cause);
    }
  }

  get isOpen(): boolean {
    return !this.isClosed && this.webSocket?.readyState === OPEN;
  }

  /** The time since it opened. */
  get uptimeMs(): number {
    return this.openedAtMs === null ? 0 : this.options.clock.now() - this.openedAtMs;
  }

  /** Returns false if the socket is closed; frames are not queued. */
  send(frame: ClientFrame): boolean {
    if (!this.isOpen) return false;
    this.webSocket?.send(JSON.stringify(frame));
    return true;
  }

  /** Sends a ping. The socket ends if there is no response in time. */
  ping(): void {
    // Another ping must not extend the timeout of the first.
    this.cancelPongTimeout ??= this.options.clock.after(timing.pongTimeoutMs, () => this.end());
    this.scheduleHeartbeat();
    this.send({ action: "ping" });
  }

  close(): void {
    this.isClosed = true;
    this.cancelTimeout();
    this.cancelHeartbeat();
    this.clearPongTimeout();
    this.webSocket?.close();
  }

  private connect(url: string): void {
    const webSocket = new (this.options.WebSocket ?? WebSocket)(url);
    this.webSocket = webSocket;
    webSocket.addEventListener("open", () => this.handleOpen());
    webSocket.addEventListener("message", (event) => this.handleMessage(event.data));
    webSocket.addEventListener("close", () => this.end());
    webSocket.addEventListener("error", () => this.end());
  }

  private handleOpen(): void {
    if (this.isClosed) return;
    this.cancelTimeout();
    this.openedAtMs = this.options.clock.now();
    this.scheduleHeartbeat();
    this.events.onOpen(this);
  }

  private handleMessage(text: unknown): void {
    if (this.isClosed) return;
    this.clearPongTimeout();
    const frame = parseFrame(text);
    if (frame) this.events.onFrame(frame, this);
  }

  private clearPongTimeout(): void {
    this.cancelPongTimeout?.();
    this.cancelPongTimeout = null;
  }

  private scheduleHeartbeat(): void {
    this.cancelHeartbeat();
    this.cancelHeartbeat = this.options.clock.after(timing.heartbeatIntervalMs, () => this.ping());
  }

  private end(cause?: unknown): void {
    if (this.isClosed) return;
    this.close();
    this.events.onClose(this, cause);
  }
}
