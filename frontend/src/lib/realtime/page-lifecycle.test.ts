import { afterEach, beforeEach, expect, it } from "vitest";
import { watchPageLifecycle } from "./page-lifecycle";

let calls: string[];
let stop: () => void;

beforeEach(() => {
  calls = [];
  stop = watchPageLifecycle(
    {
      checkAlive: () => calls.push("check"),
      setVisible: (visible) => calls.push(visible ? "visible" : "hidden"),
      noteInput: () => calls.push("input"),
    },
    window,
  );
});

afterEach(() => stop());

it("reports the visibility at once", () => {
  expect(calls).toEqual(["visible"]);
});

it("reports visibility, connectivity and input", () => {
  document.dispatchEvent(new Event("visibilitychange"));
  for (const change of ["online", "offline", "pageshow", "keydown", "pointermove"]) {
    window.dispatchEvent(new Event(change));
  }
  expect(calls.slice(1)).toEqual(["visible", "check", "check", "check", "input", "input"]);
});

it("reports nothing after it is stopped", () => {
  stop();
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("keydown"));
  expect(calls).toEqual(["visible"]);
});
