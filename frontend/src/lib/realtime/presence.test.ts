import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { env } from "@/lib/env";
import { type Doing, stateToTell } from "./presence";
import { TestPage } from "./testing/page";

let page: TestPage;
let since: number;

beforeEach(async () => {
  page = new TestPage();
  page.follows();
});

afterEach(() => {
  page.realtime.stop();
});

async function opens(doing: Doing = "viewing") {
  page.realtime.presence.setState("a1", doing);
  await page.connects();
  since = page.clock.now();
}

/** What was told of us on the newest connection. */
const told = () => page.server.last.heard("presence").map((frame) => "state" in frame && frame.state);
const sees = (userId: string, state: "viewing" | "editing" | "idle" | "left") => page.server.sees("a1", userId, state);

/** Somebody else's visible tab. */
async function repeats(userId: string, ms: number, state: "viewing" | "editing" = "viewing") {
  for (const until = page.clock.now() + ms; page.clock.now() < until; await page.pass(env.presenceEveryMs)) {
    sees(userId, state);
  }
}

describe("who is here", () => {
  it("is told by the snapshot and by what happens after it, without oneself", async () => {
    const { people } = page.server.truth("a1");
    people.set("me", "viewing").set("eve", "idle").set("bob", "editing");
    await opens();
    expect(page.names).toEqual(["bob editing", "eve idle"]);
    sees("eve", "viewing");
    sees("amy", "viewing");
    sees("bob", "left");
    sees("me", "idle");
    expect(page.names).toEqual(["amy viewing", "eve viewing"]);
  });

  it("stays the same list while nothing changes", async () => {
    await opens();
    sees("bob", "viewing");
    const before = page.realtime.presence.who("a1").get();
    sees("bob", "viewing");
    expect(page.realtime.presence.who("a1").get()).toBe(before);
  });

  it("is not what an older update says", async () => {
    await opens();
    sees("bob", "viewing");
    const old = { ...page.server.snapshot("a1"), type: "presence-update", userId: "bob", state: "viewing" };
    const update = { ...old, at: "2026-11-21T08:59:59Z", userInfo: { name: "BOB", email: "b" } };
    sees("bob", "left");
    page.server.last.serverSends(update);
    expect(page.names).toEqual([]);
  });

  it("is not what an older snapshot says, neither of those who left nor of those who came", async () => {
    await opens();
    sees("bob", "viewing");
    const old = page.server.snapshot("a1");
    sees("bob", "left");
    sees("eve", "viewing");
    page.server.last.serverSends(old);
    expect(page.names).toEqual(["eve viewing"]);
  });

  it("is learned anew after a reconnect", async () => {
    await opens();
    sees("bob", "viewing");
    page.server.last.serverDrops();
    page.server.truth("a1").people.delete("bob");
    page.server.truth("a1").people.set("eve", "viewing");
    await page.pass(1_000);
    expect(page.names).toEqual(["eve viewing"]);
  });

  it("does not include one who repeated and then was silent", async () => {
    await opens();
    await repeats("bob", 30_000);
    await page.pass(env.silentAfterMs - env.presenceEveryMs - 1_000);
    expect(page.names).toEqual(["bob viewing"]);
    await page.pass(2_000);
    expect(page.names).toEqual([]);
  });

  it("includes one who never repeats, for as long as nobody says that they left", async () => {
    await opens();
    sees("bob", "viewing");
    await page.pass(60 * 60_000);
    expect(page.names).toEqual(["bob viewing"]);
  });

  it("does not take for a repeat what the snapshot told already", async () => {
    await opens();
    sees("bob", "viewing");
    page.server.last.serverSends(page.server.snapshot("a1"));
    sees("bob", "viewing");
    await page.pass(60 * 60_000);
    expect(page.names).toEqual(["bob viewing"]);
  });

  it("is forgotten with the appointment, and at the end of a session", async () => {
    const leaves = page.follows();
    await opens();
    sees("bob", "viewing");
    page.realtime.stop();
    expect(page.names).toEqual([]);
    await page.connects();
    expect(page.names).toEqual(["bob viewing"]);
    leaves();
    expect(page.names).toEqual(["bob viewing"]);
  });
});

describe("what is told of this tab", () => {
  it("is nothing while it only looks and nobody else is here", async () => {
    await opens();
    await page.pass(env.idleAfterMs - 2_000);
    expect(told()).toEqual([]);
  });

  it("is that it edits, and again on each new connection", async () => {
    await opens();
    page.realtime.presence.setState("a1", "editing");
    page.realtime.presence.setState("a1", "unsaved");
    expect(told()).toEqual(["editing"]);
    page.server.last.serverDrops();
    await page.pass(1_000);
    expect(told()).toEqual(["editing"]);
    page.realtime.presence.setState("a1", "viewing");
    expect(told()).toEqual(["editing", "viewing"]);
  });

  it("goes along when one connection takes over from another", async () => {
    await opens("unsaved");
    await page.pass(env.renewFromMs);
    expect(page.server.lines).toHaveLength(2);
    expect(told()).toEqual(["editing"]);
    page.realtime.noteInput();
    page.realtime.presence.setState("a1", "viewing");
    expect(told()).toEqual(["editing", "viewing"]);
  });

  it("goes over the old connection when the new one fails after its snapshot", async () => {
    page.realtime.subscribeCalendar({}, () => {});
    await opens("unsaved");
    await page.pass(env.renewFromMs - 1_000);
    page.server.holdsBack = true;
    await page.pass(100);
    page.server.last.deliver();
    page.server.last.serverDrops();
    page.realtime.noteInput();
    page.realtime.presence.setState("a1", "viewing");
    expect(page.server.lines[0]?.heard("presence").at(-1)).toMatchObject({ state: "viewing" });
  });

  it("is repeated every ten seconds while others are here", async () => {
    await opens();
    sees("bob", "viewing");
    await page.pass(60_000);
    expect(told()).toHaveLength(6);
    sees("bob", "left");
    await page.pass(60_000);
    expect(told()).toHaveLength(6);
  });

  it("comes at once to one who finds a tab that was alone for long, and not from one who has just come", async () => {
    await opens();
    await page.pass(60_000);
    sees("bob", "viewing");
    await page.pass(1_000);
    expect(told()).toEqual(["viewing"]);
    page.server.last.serverDrops();
    await page.pass(1_000);
    await page.pass(env.presenceEveryMs - 2_000);
    expect(told()).toEqual([]);
    await page.pass(3_000);
    expect(told()).toEqual(["viewing"]);
  });

  it("ends when the appointment is no longer on the screen", async () => {
    await opens();
    sees("bob", "viewing");
    page.realtime.presence.setState("a1", null);
    await page.pass(60_000);
    expect(told()).toEqual([]);
  });

  it("is idle after some minutes without a touch, and back with the first", async () => {
    await opens();
    await page.pass(env.idleAfterMs - 10_000);
    page.realtime.noteInput();
    await page.pass(env.idleAfterMs - 1);
    expect(told()).toEqual([]);
    await page.pass(1);
    expect(told()).toEqual(["idle"]);
    page.realtime.noteInput();
    page.realtime.noteInput();
    expect(told()).toEqual(["idle", "viewing"]);
  });
});

describe("a hidden tab", () => {
  const hides = () => page.realtime.setVisible(false);
  const shows = () => page.realtime.setVisible(true);

  it("without edits is idle, soon, but a short look elsewhere is not told", async () => {
    await opens("editing");
    hides();
    await page.pass(env.awayAfterMs - 1);
    shows();
    await page.pass(env.awayAfterMs);
    expect(told()).toEqual(["editing"]);
    hides();
    await page.pass(env.awayAfterMs);
    shows();
    expect(told()).toEqual(["editing", "idle", "editing"]);
  });

  it("with unsaved edits stays connected and present as editing", async () => {
    await opens("unsaved");
    const release = page.realtime.keepAwake();
    hides();
    await page.pass(60 * 60_000);
    expect([page.state, told()]).toEqual(["open", ["editing"]]);
    release();
  });

  it("answers others' repeats, each of them, and does nothing by itself", async () => {
    await opens();
    page.realtime.keepAwake();
    hides();
    await page.pass(env.awayAfterMs);
    const before = told().length;
    await repeats("bob", 60_000);
    expect(told().length - before).toBe(5);
    await page.pass(60 * 60_000);
    expect(told().length - before).toBe(5);
  });

  it("answers many at most every ten seconds", async () => {
    await opens();
    hides();
    await page.pass(env.presenceAnswerMs);
    for (let second = 0; second < 60; second++) {
      sees(`u${second % 7}`, "viewing");
      await page.pass(1_000);
    }
    expect(told().length).toBeLessThanOrEqual(8);
    expect(told().length).toBeGreaterThanOrEqual(6);
  });

  it("drops nobody for a silence that it is itself the cause of, and says that it is back", async () => {
    await opens("unsaved");
    page.realtime.keepAwake();
    await repeats("bob", 30_000);
    hides();
    await page.pass(10 * 60_000);
    const before = told().length;
    shows();
    await page.pass(1_000);
    expect(page.names).toEqual(["bob viewing"]);
    expect(told().length - before).toBe(1);
    await page.pass(env.silentAfterMs);
    expect(page.names).toEqual([]);
  });
});

it("unsaved text is editing wherever the user is; nothing else is", () => {
  const cases: Doing[] = ["viewing", "editing", "unsaved"];
  expect(cases.map((doing) => stateToTell(doing, true))).toEqual(["viewing", "editing", "editing"]);
  expect(cases.map((doing) => stateToTell(doing, false))).toEqual(["idle", "idle", "editing"]);
});

describe("two tabs", () => {
  it("never lose sight of each other over an hour, however one of them is hidden", async () => {
    await opens("unsaved");
    page.realtime.keepAwake();
    page.realtime.setVisible(false);
    await repeats("bob", 60 * 60_000);
    const tolds = told().length;
    expect(tolds).toBeGreaterThan((page.clock.now() - since) / 20_000);
    expect(page.names).toEqual(["bob viewing"]);
  });
});
