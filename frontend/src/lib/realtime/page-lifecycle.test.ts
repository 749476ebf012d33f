import { afterEach, beforeEach, expect, it } from "vitest";
import { watchPageLifecycle } from "./page-lifecycle";

let calls: string[];
let stop: () => void;

beforeEach(() => {
  calls = [];
  stop = watchPageLifecycle(
    {
      checkAlive: () => calls.push("probe"),
      setVisible: (visible) => calls.push(visible ? "visible" : "hidden"),
      noteInput: () => calls.push("input"),
    },
    window,
  );
});

afterEach(() => stop());

it("tells at once whether anybody looks", () => {
  expect(calls).toEqual(["visible"]);
});

it("tells when the page is hidden or seen, the network changes, the page comes back, or the user does something", () => {
  document.dispatchEvent(new Event("visibilitychange"));
  for (const change of ["online", "offline", "pageshow", "keydown", "pointermove"]) {
    window.dispatchEvent(new Event(change));
  }
  expect(calls.slice(1)).toEqual(["visible", "probe", "probe", "probe", "input", "input"]);
});

it("tells nothing any more after its end", () => {
  stop();
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("keydown"));
  expect(calls).toEqual(["visible"]);
});
