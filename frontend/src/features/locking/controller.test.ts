import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Lock } from "@/lib/api/lock";
import { ApiError, NetworkError } from "@/lib/api/problem";
import type { ConnectionState } from "@/lib/realtime/client";
import type { AppointmentFrame } from "@/lib/realtime/frames";
import { createStore } from "@/lib/store";
import { systemClock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import { LockController } from "./controller";
import { phaseOf } from "./machine";

const LEASE_MS = 300_000;

/** A server with one lock that follows the contract. */
class FakeServer {
  version = 0;
  lock: Lock | null = null;
  isUnreachable = false;
  isSilent = false;
  readonly connection = createStore<ConnectionState>("open");
  readonly calls: string[] = [];
  private receive: (frame: AppointmentFrame) => void = () => {};

  readonly realtime = {
    state: this.connection,
    subscribe: (_id: string, listener: (frame: AppointmentFrame) => void) => {
      this.receive = listener;
      return () => {};
    },
  };

  readonly lockApi = {
    status: () => this.respond("status", () => this.status()),
    acquire: (tabId: string) =>
      this.respond("acquire", () => {
        if (this.lock && this.lock.sessionId !== tabId) throw this.conflict("LOCKED");
        return this.grant("alice", tabId);
      }),
    renew: (lockId: string) =>
      this.respond("renew", () => {
        if (this.lock?.lockId !== lockId) throw this.conflict("LOCK_LOST");
        this.lock = { ...this.lock, version: ++this.version, ...this.lease() };
        return this.lock;
      }),
    release: (lockId: string) =>
      this.respond("release", () => {
        if (this.lock?.lockId === lockId) this.freeLock();
        return { appointmentId: "a1", lock: null, version: this.version };
      }),
    releaseByBeacon: (lockId: string) => {
      this.calls.push("beacon");
      if (this.lock?.lockId === lockId) this.freeLock();
    },
  };

  grant(userId: string, tabId: string): Lock {
    this.version++;
    const userInfo = { name: userId, email: `${userId}@test` };
    const lockId = `lock-${this.version}`;
    const acquiredAt = new Date().toISOString();
    this.lock = {
      appointmentId: "a1",
      lockId,
      version: this.version,
      userId,
      userInfo,
      sessionId: tabId,
      acquiredAt,
      ...this.lease(),
    };
    return this.lock;
  }

  freeLock(): void {
    this.version++;
    this.lock = null;
  }

  announce(cause: string): void {
    const type = this.lock ? "lock-acquired" : "lock-released";
    this.receive({
      type,
      appointmentId: "a1",
      lock: this.lock,
      version: this.version,
      cause,
      at: new Date().toISOString(),
    });
  }

  sendSnapshot(lock: Lock | null, version: number): void {
    const serverTime = new Date().toISOString();
    this.receive({
      type: "snapshot",
      appointmentId: "a1",
      lock,
      version,
      appointmentVersion: 1,
      presence: [],
      serverTime,
    });
  }

  private status() {
    const state = this.lock ? ("locked_by_other" as const) : ("unlocked" as const);
    return { appointmentId: "a1", state, lock: this.lock, version: this.version, serverTime: new Date().toISOString() };
  }

  private lease() {
    return { renewedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + LEASE_MS).toISOString() };
  }

  private conflict(code: string) {
    return new ApiError({ status: 409, code, title: code, lock: this.lock });
  }

  private async respond<T>(call: string, act: () => T): Promise<T> {
    this.calls.push(call);
    if (this.isSilent) return new Promise(() => {});
    if (this.isUnreachable) throw new NetworkError();
    return act();
  }
}

let server: FakeServer;
let controller: LockController;
let stop: () => void;
const phase = () => phaseOf(controller.state.get());
const count = (call: string) => server.calls.filter((made) => made === call).length;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function openPage(page: FakeServer) {
  server = page;
  controller = new LockController({
    appointmentId: "a1",
    userId: "alice",
    tabId: "tab-1",
    lockApi: server.lockApi as never,
    realtime: server.realtime,
    clock: systemClock,
  });
  stop = controller.start(window);
  await pass(0);
}

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T12:00:00Z") });
  await openPage(new FakeServer());
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("editing", () => {
  it("acquires the lock, and releases it at the end", async () => {
    await controller.startEditing();
    expect(phase()).toBe("mine");
    await controller.stopEditing();
    expect(phase()).toBe("free");
    expect(server.lock).toBeNull();
    expect(count("release")).toBe(1);
  });

  it("drops frames from before the release", async () => {
    await controller.startEditing();
    const { lock, version } = server;
    await controller.stopEditing();
    server.sendSnapshot(lock, version);
    await pass(0);
    expect(controller.state.get()).toMatchObject({ lock: null, version: server.version });
    expect(count("release")).toBe(1);
  });

  it("shows the owner when someone else was faster", async () => {
    server.grant("bob", "tab-b");
    await controller.startEditing();
    expect(phase()).toBe("theirs");
    expect(controller.state.get().lock?.userInfo.name).toBe("bob");
  });

  it("rejects with a network error", async () => {
    server.isUnreachable = true;
    await expect(controller.startEditing()).rejects.toBeInstanceOf(NetworkError);
    expect(phase()).toBe("free");
  });

  it("releases a lock that arrives after Cancel", async () => {
    const request = controller.startEditing();
    controller.cancelEditing();
    await request;
    await pass(0);
    expect(phase()).toBe("free");
    expect(server.lock).toBeNull();
  });

  it("releases a lock that arrives after the page was left", async () => {
    const asked = controller.startEditing();
    stop();
    await asked;
    await pass(0);
    expect(server.lock).toBeNull();
  });
});

describe("renewal", () => {
  it("happens once per half lease while the user types", async () => {
    await controller.startEditing();
    for (let second = 0; second < 600; second += 10) {
      controller.noteActivity();
      await pass(10_000);
    }
    expect(phase()).toBe("mine");
    expect(count("renew")).toBeGreaterThanOrEqual(3);
    expect(count("renew")).toBeLessThanOrEqual(4);
  });

  it("stops without activity, so that the lease expires", async () => {
    await controller.startEditing();
    await pass(LEASE_MS - 1);
    expect(phase()).toBe("mine");
    server.freeLock();
    await pass(1_000);
    expect(count("renew")).toBe(0);
    expect(controller.state.get().loss?.cause).toBe("expired");
  });

  it("comes at once with activity in the second half", async () => {
    await controller.startEditing();
    await pass(LEASE_MS - 30_000);
    controller.noteActivity();
    await pass(0);
    expect(count("renew")).toBe(1);
  });

  it("is retried after a failure", async () => {
    await controller.startEditing();
    await pass(100_000);
    controller.noteActivity();
    server.isUnreachable = true;
    await pass(60_000);
    server.isUnreachable = false;
    await pass(5_000);
    expect(controller.state.get().lock?.renewedAt).toBe("2026-11-21T12:02:40.000Z".replace("40", "45"));
  });

  it("shows the new owner when it is refused", async () => {
    await controller.startEditing();
    server.grant("bob", "tab-b");
    await controller.keepEditing();
    expect(controller.state.get().loss).toMatchObject({ cause: "taken", by: "bob" });
  });
});

describe("someone else's lock", () => {
  it("is free after its lease expired", async () => {
    server.grant("bob", "tab-b");
    server.announce("acquired");
    expect(phase()).toBe("theirs");
    await pass(LEASE_MS + 1_000);
    expect(phase()).toBe("free");
  });

  it("stays locked if the renewal's frame was lost", async () => {
    const lock = server.grant("bob", "tab-b");
    server.announce("acquired");
    await pass(LEASE_MS / 2);
    await server.lockApi.renew(lock.lockId ?? "");
    await pass(LEASE_MS / 2 + 1_000);
    expect(phase()).toBe("theirs");
  });
});

describe("without a connection", () => {
  it("asks again for an unknown status after two seconds", async () => {
    stop();
    await openPage(Object.assign(new FakeServer(), { isSilent: true }));
    server.isSilent = false;
    expect(phase()).toBe("unknown");
    await pass(timing.lockPollDelayMs);
    expect(phase()).toBe("free");
  });

  it("polls the status", async () => {
    server.connection.set("connecting");
    server.grant("bob", "tab-b");
    await pass(timing.lockPollIntervalMs);
    expect(phase()).toBe("theirs");
    server.freeLock();
    await pass(timing.lockPollIntervalMs);
    expect(phase()).toBe("free");
    expect(count("status")).toBeLessThanOrEqual(4);
  });

  it("polls no more often while the server is unreachable", async () => {
    server.connection.set("reconnecting");
    server.isUnreachable = true;
    await pass(10 * timing.lockPollIntervalMs);
    expect(count("status")).toBeLessThanOrEqual(12);
  });

  it("renews an active user's lock after a failed renewal", async () => {
    server.connection.set("reconnecting");
    await controller.startEditing();
    await pass(LEASE_MS / 2 - 1_000);
    controller.noteActivity();
    server.isUnreachable = true;
    await pass(2_000);
    server.isUnreachable = false;
    await pass(timing.lockPollIntervalMs + 5_000);
    expect(controller.state.get().lock?.version).toBeGreaterThan(1);
  });
});

it("does not poll with a live connection", async () => {
  await pass(10 * timing.lockPollIntervalMs);
  expect(count("status")).toBe(1);
});

describe("leaving the page", () => {
  it("releases the lock by beacon", async () => {
    await controller.startEditing();
    window.dispatchEvent(new Event("pagehide"));
    expect(server.lock).toBeNull();
    expect(count("beacon")).toBe(1);
    expect(count("release")).toBe(0);
  });

  it("refreshes the status when the page is restored", async () => {
    await controller.startEditing();
    window.dispatchEvent(new Event("pagehide"));
    server.grant("bob", "tab-b");
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await pass(0);
    expect(controller.state.get().lock?.userInfo.name).toBe("bob");
    expect(controller.state.get().loss?.cause).toBe("left");
  });

  it("sends nothing if the lock is not ours", async () => {
    window.dispatchEvent(new Event("pagehide"));
    expect(count("beacon")).toBe(0);
  });

  it("releases the lock on navigation within the site", async () => {
    await controller.startEditing();
    stop();
    await pass(0);
    expect(server.lock).toBeNull();
  });
});

it("releases a lock that a reload left behind", async () => {
  server.grant("alice", "tab-1");
  server.announce("acquired");
  await pass(0);
  expect(server.lock).toBeNull();
});
