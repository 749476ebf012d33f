import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError, NetworkError } from "@/lib/api/problem";
import { timing } from "@/lib/timing";
import { TestPage } from "./testing/page";

let page: TestPage;

beforeEach(() => {
  page = new TestPage();
});

afterEach(() => {
  page.realtime.stop();
});

const refusal = (status: number, retryAfterSeconds: number | null = null) =>
  new ApiError({ status, code: "CODE", title: "Title" }, retryAfterSeconds);

describe("connection", () => {
  it("reconnects with a new ticket and subscribes again", async () => {
    page.follow();
    await page.connect();
    page.server.last.serverDrops();
    await page.pass(timing.reconnectMinMs + 100);
    expect(page.server.sockets.map(({ url }) => url)).toEqual(["ws://test/ws?ticket=1", "ws://test/ws?ticket=2"]);
    expect(page.server.last.sent).toEqual([{ action: "subscribe", appointmentId: "a1" }]);
    expect(page.frames.map(({ type }) => type)).toEqual(["snapshot", "snapshot"]);
    expect(page.states).toEqual(["open", "connecting", "open"]);
  });

  it("reports a loss after five seconds", async () => {
    await page.connect();
    page.server.tickets = new NetworkError();
    page.server.last.serverDrops();
    await page.pass(timing.lossReportDelayMs - 1);
    expect(page.state).toBe("connecting");
    await page.pass(1);
    expect(page.state).toBe("reconnecting");
    await page.pass(60_000);
    expect(page.states).toEqual(["open", "connecting", "reconnecting"]);
  });

  it("is unreachable, not reconnecting, if it never opened", async () => {
    page.server.tickets = new NetworkError();
    await page.connect();
    await page.pass(timing.lossReportDelayMs);
    expect(page.state).toBe("unreachable");
    page.server.tickets = "issued";
    await page.pass(timing.reconnectMaxMs);
    expect(page.state).toBe("open");
  });

  it("ignores unreadable frames", async () => {
    page.follow();
    await page.connect();
    const before = page.frames.length;
    for (const text of ["not json", { type: "from-the-future", appointmentId: "a1" }, { type: "snapshot" }, [], null]) {
      page.server.last.serverSends(text);
    }
    expect(page.frames).toHaveLength(before);
    expect(page.state).toBe("open");
  });

  it("keeps the lock of a snapshot with unreadable presence", async () => {
    page.follow();
    await page.connect();
    page.server.last.serverSends({ ...page.server.snapshot("a1"), version: 9, presence: [{ userId: 1 }] });
    expect(page.frames.at(-1)).toMatchObject({ type: "snapshot", version: 9, presence: [] });
  });

  it("does not reconnect after stop", async () => {
    await page.connect();
    page.realtime.stop();
    await page.pass(10 * 60_000);
    expect(page.server.sockets).toHaveLength(1);
    expect(page.server.open).toHaveLength(0);
  });

  it("opens one socket for start, stop and start", async () => {
    page.realtime.start();
    page.realtime.stop();
    await page.connect();
    expect(page.server.sockets).toHaveLength(1);
    expect(page.state).toBe("open");
  });
});

describe("retries", () => {
  /** The times of ticket requests, from the first failure on. */
  async function attemptsIn(ms: number): Promise<number[]> {
    const times: number[] = [];
    const { server, clock } = page;
    const started = clock.now();
    for (let asked = server.ticketRequests; clock.now() < started + ms; await page.pass(50)) {
      if (server.ticketRequests > asked) times.push(clock.now() - started);
      asked = server.ticketRequests;
    }
    return times;
  }
  const gaps = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

  it("back off up to ten seconds", async () => {
    page = new TestPage({ random: () => 0.999 });
    page.server.tickets = new NetworkError();
    page.realtime.start();
    const waited = gaps(await attemptsIn(120_000));
    expect(waited.slice(0, 4).every((gap, index) => gap >= 2 * timing.reconnectMinMs * 2 ** index - 60)).toBe(true);
    expect(Math.max(...waited)).toBeLessThanOrEqual(timing.reconnectMaxMs + 50);
    expect(Math.min(...waited.slice(-5))).toBeGreaterThan(9_000);
  });

  it("are jittered, and never immediate", async () => {
    page.server.tickets = new NetworkError();
    page.realtime.start();
    const waited = gaps(await attemptsIn(20_000));
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(timing.reconnectMinMs);
    expect(Math.max(...waited)).toBeLessThanOrEqual(timing.reconnectMinMs + 50);
  });

  it("keep backing off after short connections, and restart after a stable one", async () => {
    page = new TestPage({ random: () => 0.999 });
    await page.connect();
    for (let drop = 0; drop < 8; drop++) {
      page.server.last.serverDrops();
      await page.pass(timing.reconnectMaxMs + 20);
    }
    await page.pass(timing.stableAfterMs);
    const before = page.server.sockets.length;
    page.server.last.serverDrops();
    await page.pass(2 * timing.reconnectMinMs + 20);
    expect(page.server.sockets).toHaveLength(before + 1);
    page.server.last.serverDrops();
    await page.pass(2 * timing.reconnectMinMs);
    expect(page.server.sockets).toHaveLength(before + 1);
  });

  it("follow a ticket or socket that hangs for ten seconds", async () => {
    page.server.tickets = "pending";
    page.realtime.start();
    await page.pass(timing.connectTimeoutMs + timing.reconnectMinMs);
    expect(page.server.ticketRequests).toBe(2);
    page.server.tickets = "issued";
    page.server.accepts = false;
    await page.pass(timing.connectTimeoutMs + timing.reconnectMinMs);
    page.server.accepts = true;
    await page.pass(timing.connectTimeoutMs + timing.reconnectMinMs + 100);
    expect(page.state).toBe("open");
  });

  it("wait a minute after a refusal, also on checkAlive", async () => {
    page.server.tickets = refusal(401);
    page.realtime.start();
    for (let second = 0; second < 50; second++) {
      page.realtime.checkAlive();
      await page.pass(1_000);
    }
    expect(page.server.ticketRequests).toBe(1);
    page.server.tickets = "issued";
    await page.pass(timing.refusalRetryMs);
    expect(page.state).toBe("open");
  });

  it("wait for Retry-After", async () => {
    page.server.tickets = refusal(429, 20);
    page.realtime.start();
    await page.pass(19_999);
    expect(page.server.ticketRequests).toBe(1);
    await page.pass(2);
    expect(page.server.ticketRequests).toBe(2);
  });

  it("come soon after a server error", async () => {
    page.server.tickets = refusal(503);
    page.realtime.start();
    await page.pass(2 * timing.reconnectMaxMs);
    expect(page.server.ticketRequests).toBeGreaterThan(2);
  });

  it("come at once on checkAlive", async () => {
    page = new TestPage({ random: () => 0.999 });
    page.server.tickets = new NetworkError();
    page.realtime.start();
    await page.pass(60_000);
    page.server.tickets = "issued";
    await page.pass(1_000);
    page.realtime.checkAlive();
    await page.pass(100);
    expect(page.state).toBe("open");
  });
});

describe("heartbeat", () => {
  it("is sent before the gateway's timeout; without a pong the connection ends", async () => {
    await page.connect();
    page.server.responds = false;
    expect(timing.heartbeatIntervalMs).toBeLessThan(5 * 60_000);
    await page.pass(timing.heartbeatIntervalMs);
    const [first] = page.server.sockets;
    expect(first?.sent).toEqual([{ action: "ping" }]);
    await page.pass(timing.pongTimeoutMs + timing.reconnectMinMs);
    expect(first?.isOpen).toBe(false);
    expect(page.server.sockets).toHaveLength(2);
  });

  it("keeps the connection for hours", async () => {
    await page.connect();
    await page.pass(timing.handoverFromMs - 60_000);
    expect(page.server.sockets).toHaveLength(1);
    expect(page.server.last.received("ping")).toHaveLength(26);
  });

  it("ends the connection without a pong, despite repeated pings", async () => {
    await page.connect();
    page.server.responds = false;
    for (let second = 0; second < 12; second++) {
      page.realtime.checkAlive();
      await page.pass(1_000);
    }
    expect(page.server.sockets.length).toBeGreaterThan(1);
  });

  it("is sent at once on checkAlive", async () => {
    await page.connect();
    page.realtime.checkAlive();
    expect(page.server.last.sent).toEqual([{ action: "ping" }]);
    await page.pass(timing.pongTimeoutMs);
    expect(page.server.sockets).toHaveLength(1);
  });
});

describe("handover before the gateway's limit", () => {
  const ALMOST = timing.handoverFromMs - 1_000;

  async function isOld(random = 0) {
    page = new TestPage({ random: () => random });
    page.follow();
    page.realtime.subscribeCalendar({}, () => {});
    await page.connect();
    await page.pass(ALMOST - 1_000);
    expect(page.server.sockets).toHaveLength(1);
  }

  it("closes the first socket after the second has answered everything", async () => {
    await isOld();
    page.server.queuesFrames = true;
    await page.pass(1_100);
    const [first, second] = page.server.sockets;
    expect(second?.sent).toEqual([{ action: "subscribe", appointmentId: "a1" }, { action: "subscribe-calendar" }]);
    second?.deliver();
    expect([first?.isOpen, second?.isOpen]).toEqual([true, true]);
    second?.deliver();
    expect([first?.isOpen, second?.isOpen]).toEqual([false, true]);
    expect(page.states).toEqual(["open"]);
  });

  it("happens at a random time", async () => {
    await isOld(0.999);
    await page.pass(timing.handoverUntilMs - timing.handoverFromMs - 1_000);
    expect(page.server.sockets).toHaveLength(1);
    await page.pass(2_000);
    expect(page.server.sockets).toHaveLength(2);
  });

  it("emits changes once and in order", async () => {
    await isOld();
    page.server.setLock("a1", "bob");
    page.server.queuesFrames = true;
    await page.pass(1_100);
    const [first, second] = page.server.sockets;
    page.server.setLock("a1", null);
    page.server.saveAppointment("a1");
    page.server.setLock("a1", "eve");
    while (first?.outbox.length) first.deliver();
    const before = page.frames.length;
    while (second?.outbox.length) second.deliver();
    expect(second?.isOpen && !first?.isOpen).toBe(true);
    expect(page.frames.slice(before)).toEqual([
      expect.objectContaining({ type: "snapshot", version: 3, appointmentVersion: 2 }),
    ]);
    expect(page.frames.slice(before)[0]).toMatchObject({ lock: { userId: "eve" } });
  });

  it("keeps the old socket when the new one fails, and retries", async () => {
    await isOld();
    page.server.tickets = new NetworkError();
    await page.pass(10_000);
    expect(page.state).toBe("open");
    page.server.setLock("a1", "bob");
    expect(page.frames.at(-1)).toMatchObject({ type: "lock-acquired" });
    page.server.tickets = "issued";
    await page.pass(timing.handoverRetryMs);
    expect(page.server.open).toEqual([page.server.sockets[1]]);
    expect(page.states).toEqual(["open"]);
  });

  it("completes although a subscription is refused", async () => {
    await isOld();
    page.follow("missing");
    page.server.responds = false;
    await page.pass(1_100);
    const [first, second] = page.server.sockets;
    second?.serverSends({ type: "error", code: "NOT_FOUND", detail: "No.", action: "subscribe" });
    second?.serverSends(page.server.snapshot("a1"));
    expect(first?.isOpen).toBe(true);
    second?.serverSends({ type: "calendar-subscribed", doctorId: null });
    expect([first?.isOpen, second?.isOpen]).toEqual([false, true]);
  });

  it("abandons a new socket without responses", async () => {
    await isOld();
    page.server.responds = false;
    await page.pass(1_100 + timing.handoverTimeoutMs);
    expect(page.server.open).toEqual([page.server.sockets[0]]);
    page.server.responds = true;
    await page.pass(timing.handoverRetryMs);
    expect(page.server.open).toEqual([page.server.sockets[2]]);
  });

  it("promotes the new socket when the old one drops", async () => {
    await isOld();
    page.server.queuesFrames = true;
    await page.pass(1_100);
    page.server.sockets[0]?.serverDrops();
    expect(page.state).toBe("open");
    await page.pass(60_000);
    expect(page.server.sockets).toHaveLength(2);
    expect(page.states).toEqual(["open"]);
  });

  it("uses the opening socket as the next attempt when the old one drops", async () => {
    await isOld();
    page.server.accepts = false;
    await page.pass(1_050);
    page.server.sockets[0]?.serverDrops();
    expect(page.state).toBe("connecting");
    page.server.last.serverOpens();
    expect(page.state).toBe("open");
    expect(page.server.sockets).toHaveLength(2);
  });
});

describe("hidden tab", () => {
  async function isHidden() {
    page.follow();
    await page.connect();
    page.realtime.setVisible(false);
  }

  it("disconnects after some minutes, and reconnects at once", async () => {
    await isHidden();
    await page.pass(timing.suspendAfterMs - 1);
    expect(page.state).toBe("open");
    await page.pass(1);
    expect([page.state, page.server.open.length]).toEqual(["suspended", 0]);
    page.realtime.checkAlive();
    await page.pass(10 * 60_000);
    expect(page.server.sockets).toHaveLength(1);
    page.realtime.setVisible(true);
    await page.pass(20);
    expect(page.state).toBe("open");
    expect(page.server.last.sent).toContainEqual({ action: "subscribe", appointmentId: "a1" });
    expect(page.states).toEqual(["open", "suspended", "connecting", "open"]);
  });

  it("stays connected while it is kept", async () => {
    await isHidden();
    const [lock, text] = [page.realtime.keepConnected(), page.realtime.keepConnected()];
    await page.pass(3 * timing.suspendAfterMs);
    lock();
    lock();
    await page.pass(3 * timing.suspendAfterMs);
    expect(page.state).toBe("open");
    text();
    await page.pass(timing.suspendAfterMs);
    expect(page.state).toBe("suspended");
  });

  it("reconnects when it is kept", async () => {
    await isHidden();
    await page.pass(timing.suspendAfterMs);
    page.realtime.keepConnected();
    await page.pass(20);
    expect(page.state).toBe("open");
  });

  it("stays connected if it is shown now and then", async () => {
    await isHidden();
    for (let look = 0; look < 5; look++) {
      await page.pass(timing.suspendAfterMs - 1_000);
      page.realtime.setVisible(true);
      page.realtime.setVisible(false);
    }
    expect(page.states).toEqual(["open"]);
  });

  it("does not connect after sign-out", async () => {
    await isHidden();
    await page.pass(timing.suspendAfterMs);
    page.realtime.stop();
    page.realtime.setVisible(true);
    await page.pass(60_000);
    expect(page.server.sockets).toHaveLength(1);
  });
});
