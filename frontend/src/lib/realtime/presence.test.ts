import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timing } from "@/lib/timing";
import { type Activity, presenceStateOf } from "./presence";
import { TestPage } from "./testing/page";

let page: TestPage;
let since: number;

beforeEach(async () => {
  page = new TestPage();
  page.follow();
});

afterEach(() => {
  page.realtime.stop();
});

async function open(doing: Activity = "viewing") {
  page.realtime.presence.setState("a1", doing);
  await page.connect();
  since = page.clock.now();
}

/** The presence states sent on the newest connection. */
const sent = () => page.server.last.received("presence").map((frame) => "state" in frame && frame.state);
const setPresence = (userId: string, state: "viewing" | "editing" | "idle" | "left") =>
  page.server.setPresence("a1", userId, state);

/** Simulates a peer's visible tab. */
async function sendHeartbeats(userId: string, ms: number, state: "viewing" | "editing" = "viewing") {
  for (const until = page.clock.now() + ms; page.clock.now() < until; await page.pass(timing.presenceHeartbeatMs)) {
    setPresence(userId, state);
  }
}

describe("peers", () => {
  it("come from the snapshot and later updates, without oneself", async () => {
    const { peers: people } = page.server.stateOf("a1");
    people.set("me", "viewing").set("eve", "idle").set("bob", "editing");
    await open();
    expect(page.peers).toEqual(["bob editing", "eve idle"]);
    setPresence("eve", "viewing");
    setPresence("amy", "viewing");
    setPresence("bob", "left");
    setPresence("me", "idle");
    expect(page.peers).toEqual(["amy viewing", "eve viewing"]);
  });

  it("keep their identity while nothing changes", async () => {
    await open();
    setPresence("bob", "viewing");
    const before = page.realtime.presence.peers("a1").get();
    setPresence("bob", "viewing");
    expect(page.realtime.presence.peers("a1").get()).toBe(before);
  });

  it("ignore an older update", async () => {
    await open();
    setPresence("bob", "viewing");
    const old = { ...page.server.snapshot("a1"), type: "presence-update", userId: "bob", state: "viewing" };
    const update = { ...old, at: "2026-11-21T08:59:59Z", userInfo: { name: "BOB", email: "b" } };
    setPresence("bob", "left");
    page.server.last.serverSends(update);
    expect(page.peers).toEqual([]);
  });

  it("ignore an older snapshot", async () => {
    await open();
    setPresence("bob", "viewing");
    const old = page.server.snapshot("a1");
    setPresence("bob", "left");
    setPresence("eve", "viewing");
    page.server.last.serverSends(old);
    expect(page.peers).toEqual(["eve viewing"]);
  });

  it("are replaced after a reconnect", async () => {
    await open();
    setPresence("bob", "viewing");
    page.server.last.serverDrops();
    page.server.stateOf("a1").peers.delete("bob");
    page.server.stateOf("a1").peers.set("eve", "viewing");
    await page.pass(1_000);
    expect(page.peers).toEqual(["eve viewing"]);
  });

  it("expire when their heartbeats stop", async () => {
    await open();
    await sendHeartbeats("bob", 30_000);
    await page.pass(timing.presenceTimeoutMs - timing.presenceHeartbeatMs - 1_000);
    expect(page.peers).toEqual(["bob viewing"]);
    await page.pass(2_000);
    expect(page.peers).toEqual([]);
  });

  it("do not expire if they never sent heartbeats", async () => {
    await open();
    setPresence("bob", "viewing");
    await page.pass(60 * 60_000);
    expect(page.peers).toEqual(["bob viewing"]);
  });

  it("do not count an update in the snapshot as a heartbeat", async () => {
    await open();
    setPresence("bob", "viewing");
    page.server.last.serverSends(page.server.snapshot("a1"));
    setPresence("bob", "viewing");
    await page.pass(60 * 60_000);
    expect(page.peers).toEqual(["bob viewing"]);
  });

  it("are forgotten with the appointment, and on sign-out", async () => {
    const unfollow = page.follow();
    await open();
    setPresence("bob", "viewing");
    page.realtime.stop();
    expect(page.peers).toEqual([]);
    await page.connect();
    expect(page.peers).toEqual(["bob viewing"]);
    unfollow();
    expect(page.peers).toEqual(["bob viewing"]);
  });
});

describe("own presence", () => {
  it("is not sent while viewing alone", async () => {
    await open();
    await page.pass(timing.idleAfterMs - 2_000);
    expect(sent()).toEqual([]);
  });

  it("is sent when editing starts, and on each new connection", async () => {
    await open();
    page.realtime.presence.setState("a1", "editing");
    page.realtime.presence.setState("a1", "unsaved");
    expect(sent()).toEqual(["editing"]);
    page.server.last.serverDrops();
    await page.pass(1_000);
    expect(sent()).toEqual(["editing"]);
    page.realtime.presence.setState("a1", "viewing");
    expect(sent()).toEqual(["editing", "viewing"]);
  });

  it("is sent again after a handover", async () => {
    await open("unsaved");
    await page.pass(timing.handoverFromMs);
    expect(page.server.sockets).toHaveLength(2);
    expect(sent()).toEqual(["editing"]);
    page.realtime.noteInput();
    page.realtime.presence.setState("a1", "viewing");
    expect(sent()).toEqual(["editing", "viewing"]);
  });

  it("uses the old connection when the new one fails after its snapshot", async () => {
    page.realtime.subscribeCalendar({}, () => {});
    await open("unsaved");
    await page.pass(timing.handoverFromMs - 1_000);
    page.server.queuesFrames = true;
    await page.pass(100);
    page.server.last.deliver();
    page.server.last.serverDrops();
    page.realtime.noteInput();
    page.realtime.presence.setState("a1", "viewing");
    expect(page.server.sockets[0]?.received("presence").at(-1)).toMatchObject({ state: "viewing" });
  });

  it("is repeated every ten seconds while there are peers", async () => {
    await open();
    setPresence("bob", "viewing");
    await page.pass(60_000);
    expect(sent()).toHaveLength(6);
    setPresence("bob", "left");
    await page.pass(60_000);
    expect(sent()).toHaveLength(6);
  });

  it("is sent at once to a peer who joins, unless this tab has just joined", async () => {
    await open();
    await page.pass(60_000);
    setPresence("bob", "viewing");
    await page.pass(1_000);
    expect(sent()).toEqual(["viewing"]);
    page.server.last.serverDrops();
    await page.pass(1_000);
    await page.pass(timing.presenceHeartbeatMs - 2_000);
    expect(sent()).toEqual([]);
    await page.pass(3_000);
    expect(sent()).toEqual(["viewing"]);
  });

  it("ends when the appointment is closed", async () => {
    await open();
    setPresence("bob", "viewing");
    page.realtime.presence.setState("a1", null);
    await page.pass(60_000);
    expect(sent()).toEqual([]);
  });

  it("becomes idle without input, and returns with the first input", async () => {
    await open();
    await page.pass(timing.idleAfterMs - 10_000);
    page.realtime.noteInput();
    await page.pass(timing.idleAfterMs - 1);
    expect(sent()).toEqual([]);
    await page.pass(1);
    expect(sent()).toEqual(["idle"]);
    page.realtime.noteInput();
    page.realtime.noteInput();
    expect(sent()).toEqual(["idle", "viewing"]);
  });
});

describe("hidden tab", () => {
  const hide = () => page.realtime.setVisible(false);
  const show = () => page.realtime.setVisible(true);

  it("becomes idle, but not for a short look elsewhere", async () => {
    await open("editing");
    hide();
    await page.pass(timing.awayAfterMs - 1);
    show();
    await page.pass(timing.awayAfterMs);
    expect(sent()).toEqual(["editing"]);
    hide();
    await page.pass(timing.awayAfterMs);
    show();
    expect(sent()).toEqual(["editing", "idle", "editing"]);
  });

  it("with unsaved text stays connected and editing", async () => {
    await open("unsaved");
    const release = page.realtime.keepConnected();
    hide();
    await page.pass(60 * 60_000);
    expect([page.state, sent()]).toEqual(["open", ["editing"]]);
    release();
  });

  it("replies to each heartbeat, and sends none by itself", async () => {
    await open();
    page.realtime.keepConnected();
    hide();
    await page.pass(timing.awayAfterMs);
    const before = sent().length;
    await sendHeartbeats("bob", 60_000);
    expect(sent().length - before).toBe(5);
    await page.pass(60 * 60_000);
    expect(sent().length - before).toBe(5);
  });

  it("replies at most every ten seconds", async () => {
    await open();
    hide();
    await page.pass(timing.presenceReplyMs);
    for (let second = 0; second < 60; second++) {
      setPresence(`u${second % 7}`, "viewing");
      await page.pass(1_000);
    }
    expect(sent().length).toBeLessThanOrEqual(8);
    expect(sent().length).toBeGreaterThanOrEqual(6);
  });

  it("restarts the timeouts when shown, and sends a heartbeat", async () => {
    await open("unsaved");
    page.realtime.keepConnected();
    await sendHeartbeats("bob", 30_000);
    hide();
    await page.pass(10 * 60_000);
    const before = sent().length;
    show();
    await page.pass(1_000);
    expect(page.peers).toEqual(["bob viewing"]);
    expect(sent().length - before).toBe(1);
    await page.pass(timing.presenceTimeoutMs);
    expect(page.peers).toEqual([]);
  });
});

it("unsaved text counts as editing even when idle", () => {
  const cases: Activity[] = ["viewing", "editing", "unsaved"];
  expect(cases.map((doing) => presenceStateOf(doing, true))).toEqual(["viewing", "editing", "editing"]);
  expect(cases.map((doing) => presenceStateOf(doing, false))).toEqual(["idle", "idle", "editing"]);
});

describe("two tabs", () => {
  it("keep seeing each other for an hour while one is hidden", async () => {
    await open("unsaved");
    page.realtime.keepConnected();
    page.realtime.setVisible(false);
    await sendHeartbeats("bob", 60 * 60_000);
    const sentCount = sent().length;
    expect(sentCount).toBeGreaterThan((page.clock.now() - since) / 20_000);
    expect(page.peers).toEqual(["bob viewing"]);
  });
});
