import { describe, expect, it } from "vitest";
import { addDays, dateIn, dayRange, instantsOf, isDate, toInstant, wallTimeIn } from "./zone";

const hours = ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / 3_600_000;

describe("a day in a zone", () => {
  it("starts at midnight in the zone", () => {
    expect(dayRange("2026-11-21", "America/New_York").from).toBe("2026-11-21T05:00:00Z");
    expect(dayRange("2026-11-21", "Asia/Kolkata").from).toBe("2026-11-20T18:30:00Z");
    expect(dayRange("2026-11-21", "Pacific/Kiritimati").from).toBe("2026-11-20T10:00:00Z");
  });

  it("has 23 hours when clocks go forward and 25 when they go back", () => {
    expect(hours(dayRange("2026-03-29", "Europe/Lisbon"))).toBe(23);
    expect(hours(dayRange("2026-10-25", "Europe/Lisbon"))).toBe(25);
    expect(hours(dayRange("2026-03-08", "America/New_York"))).toBe(23);
    expect(hours(dayRange("2026-11-01", "America/New_York"))).toBe(25);
  });

  it("starts at one o'clock where midnight is skipped", () => {
    const { from, to } = dayRange("2026-03-29", "Asia/Beirut");
    expect(from).toBe("2026-03-28T22:00:00Z");
    expect(hours({ from, to })).toBe(23);
  });

  it("starts at the first of two midnights", () => {
    expect(hours(dayRange("2026-11-01", "America/Havana"))).toBe(25);
  });

  it("joins the next day without a gap", () => {
    expect(dayRange("2026-10-25", "Europe/London").to).toBe(dayRange("2026-10-26", "Europe/London").from);
  });

  it("is found from an instant", () => {
    const instant = Date.parse("2026-11-21T03:00:00Z");
    expect(dateIn("America/New_York", instant)).toBe("2026-11-20");
    expect(dateIn("Europe/Lisbon", instant)).toBe("2026-11-21");
  });
});

describe("a wall time", () => {
  const when = (date: string, time: string, zone: string) => instantsOf(date, time, zone).map(toInstant);

  it("has one instant on other days", () => {
    expect(when("2026-11-24", "09:30", "America/New_York")).toEqual(["2026-11-24T14:30:00Z"]);
    expect(when("2026-11-24", "09:30:15", "Asia/Kathmandu")).toEqual(["2026-11-24T03:45:15Z"]);
  });

  it("has no instant when clocks skip it", () => {
    expect(when("2026-03-29", "01:30", "Europe/Lisbon")).toEqual([]);
    expect(when("2026-10-04", "02:15", "Australia/Lord_Howe")).toEqual([]);
    expect(when("2011-12-30", "12:00", "Pacific/Apia")).toEqual([]);
  });

  it("has two instants when clocks are put back", () => {
    expect(when("2026-10-25", "01:30", "Europe/Lisbon")).toEqual(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]);
    expect(when("2026-04-05", "01:45", "Australia/Lord_Howe")).toHaveLength(2);
  });

  it("has one instant before and after a change of clocks", () => {
    expect(when("2026-10-25", "00:59", "Europe/Lisbon")).toHaveLength(1);
    expect(when("2026-10-25", "02:00", "Europe/Lisbon")).toHaveLength(1);
    expect(when("2026-03-29", "02:00", "Europe/Lisbon")).toEqual(["2026-03-29T01:00:00Z"]);
  });

  it("has no instant while incomplete", () => {
    expect(when("", "09:30", "UTC")).toEqual([]);
    expect(when("2026-11-24", "", "UTC")).toEqual([]);
  });

  it("round-trips with an instant", () => {
    expect(wallTimeIn("America/New_York", Date.parse("2026-11-24T03:00:00Z"))).toEqual({
      date: "2026-11-23",
      time: "22:00",
    });
    expect(wallTimeIn("UTC", Date.parse("2026-11-24T03:00:20Z")).time).toBe("03:00:20");
  });
});

describe("a date", () => {
  it("is added across months and leap days", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
  });

  it("is recognised among other text", () => {
    expect(isDate("2026-11-21")).toBe(true);
    for (const text of ["", "today", "2026-13-01", "2026-02-30", "21.11.2026"]) expect(isDate(text)).toBe(false);
  });
});
