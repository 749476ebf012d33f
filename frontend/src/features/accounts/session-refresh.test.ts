import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkError } from "@/lib/api/problem";
import { systemClock } from "@/lib/time/clock";
import { createSessionStore, type SessionStore, type SignInResponse, sessionFrom } from "./session";
import { startSessionRefresh } from "./session-refresh";

const HOUR_MS = 3_600_000;
let store: SessionStore;
let stop: () => void;

function signInResponse(token: string): SignInResponse {
  const user = { id: "u1", name: "Alice", email: "alice@test.test", role: "staff" as const, tenantId: "t1" };
  const tenant = {
    id: "t1",
    name: "Practice",
    slug: "practice",
    timeZone: "Europe/Lisbon",
    onControlTimeout: "lapse" as const,
    adminsFirst: false,
  };
  return { token, expiresAt: new Date(Date.now() + HOUR_MS).toISOString(), user, tenant };
}

beforeEach(() => {
  vi.useFakeTimers();
  store = createSessionStore(localStorage, window);
  store.set(sessionFrom(signInResponse("first"), Date.now()));
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("a session", () => {
  it("is refreshed at half the token's life", async () => {
    let made = 1;
    stop = startSessionRefresh(store, async () => signInResponse(`token-${++made}`), systemClock);
    await vi.advanceTimersByTimeAsync(HOUR_MS / 2 - 1);
    expect(store.get()?.token).toBe("first");
    await vi.advanceTimersByTimeAsync(1);
    expect(store.get()?.token).toBe("token-2");
    await vi.advanceTimersByTimeAsync(HOUR_MS / 2);
    expect(store.get()?.token).toBe("token-3");
  });

  it("is refreshed again after a network failure", async () => {
    let away = true;
    const refresh = async () => {
      if (away) throw new NetworkError();
      return signInResponse("second");
    };
    stop = startSessionRefresh(store, refresh, systemClock);
    await vi.advanceTimersByTimeAsync(HOUR_MS / 2);
    away = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(store.get()?.token).toBe("second");
  });

  it("does not return when the member signed out meanwhile", async () => {
    let deliver = (_: SignInResponse) => {};
    stop = startSessionRefresh(store, () => new Promise((resolve) => (deliver = resolve)), systemClock);
    await vi.advanceTimersByTimeAsync(HOUR_MS / 2);
    store.set(null);
    deliver(signInResponse("late"));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.get()).toBeNull();
  });

  it("survives a reload, and ends in every tab at sign-out", () => {
    stop = () => {};
    expect(createSessionStore(localStorage, window).get()?.token).toBe("first");
    localStorage.removeItem("holdfast.session");
    window.dispatchEvent(new StorageEvent("storage", { key: "holdfast.session" }));
    expect(store.get()).toBeNull();
  });

  it("is ignored if unreadable", () => {
    stop = () => {};
    localStorage.setItem("holdfast.session", '{"token": 1}');
    expect(createSessionStore(localStorage, window).get()).toBeNull();
  });
});
