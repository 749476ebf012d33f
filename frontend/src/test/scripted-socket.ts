/** A WebSocket that the test controls. */
export class ScriptedSocket extends EventTarget {
  static readonly all: ScriptedSocket[] = [];
  static get last(): ScriptedSocket {
    const socket = ScriptedSocket.all.at(-1);
    if (!socket) throw new Error("No socket was opened.");
    return socket;
  }

  readonly sent: unknown[] = [];
  readyState = 0;
  binaryType = "blob";

  constructor(readonly url: string) {
    super();
    ScriptedSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  serverOpens(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  serverSends(frame: unknown): void {
    this.dispatchEvent(
      new MessageEvent("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) }),
    );
  }

  serverDrops(): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code: 1006, reason: "" }));
  }
}

export const ScriptedWebSocket = ScriptedSocket as unknown as new (url: string) => WebSocket;
