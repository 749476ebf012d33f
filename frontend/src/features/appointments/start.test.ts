import { describe, expect, it } from "vitest";
import { instantOf, inZone, startAt, startError } from "./start";

const lisbon = "Europe/Lisbon";
const [firstOfTwo, secondOfTwo] = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];

describe("a typed start", () => {
  it("round-trips with its instant", () => {
    for (const instant of ["2026-11-24T09:30:00Z", firstOfTwo, secondOfTwo]) {
      expect(instantOf(startAt(instant, lisbon))).toBe(Date.parse(instant));
    }
    expect(startAt(secondOfTwo, lisbon)).toEqual({
      date: "2026-10-25",
      time: "01:30",
      timeZone: lisbon,
      which: "second",
    });
  });

  it("has an error when clocks skip it", () => {
    const start = { date: "2026-03-29", time: "01:30", timeZone: lisbon, which: "" } as const;
    expect(instantOf(start)).toBeNull();
    expect(startError(start)).toBe("In Lisbon clocks skip 01:30 on this date. Choose an earlier or a later time.");
  });

  it("has an error until one of two instants is selected", () => {
    const start = { ...startAt(firstOfTwo, lisbon), which: "" } as const;
    expect(instantOf(start)).toBeNull();
    expect(startError(start)).toContain("01:30 comes twice");
    expect(startError({ ...start, which: "first" })).toBeNull();
  });

  it("is incomplete while the year is being typed", () => {
    const start = { date: "0202-11-24", time: "09:30", timeZone: lisbon, which: "" } as const;
    expect(startError(start)).toBe("Enter a date and a time.");
  });

  it("keeps its instant, or its text, in another zone", () => {
    expect(inZone(startAt(secondOfTwo, lisbon), "America/New_York")).toMatchObject({
      date: "2026-10-24",
      time: "21:30",
      which: "",
    });
    const half = { date: "2026-11-24", time: "", timeZone: lisbon, which: "" } as const;
    expect(inZone(half, "UTC")).toEqual({ ...half, timeZone: "UTC" });
  });
});
