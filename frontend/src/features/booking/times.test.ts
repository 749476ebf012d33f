import { describe, expect, it } from "vitest";
import { at } from "@/test/fake-public-backend";
import {
  byPart,
  changesBetween,
  countByDate,
  keepInPlace,
  type Time,
  timeLabels,
  timesOf,
  timesOn,
  weekOf,
} from "./times";

const time = (start: string, ...doctors: string[]): Time => ({ start, slots: doctors.map((one) => at(one, start)) });
const starts = (times: readonly Time[]) => times.map(({ start }) => start);

describe("times of a day", () => {
  it("are grouped over doctors", () => {
    const start = "2026-11-23T09:00:00Z";
    expect(timesOf([at("d1", start), at("d2", start)])).toEqual([time(start, "d1", "d2")]);
  });

  it("belong to the date in the reader's zone", () => {
    const late = time("2026-11-23T23:30:00Z", "d1");
    expect(timesOn("2026-11-23", [late], "Europe/Lisbon")).toEqual([late]);
    expect(timesOn("2026-11-24", [late], "Asia/Tokyo")).toEqual([late]);
    expect(countByDate([late, time("2026-11-23T23:45:00Z")], "Asia/Tokyo")).toEqual(new Map([["2026-11-24", 1]]));
  });

  it("belong to the part of the day in that zone", () => {
    const noon = time("2026-11-23T12:00:00Z", "d1");
    expect(byPart([noon], "Europe/Lisbon")[0]?.part).toBe("Afternoon");
    expect(byPart([noon], "America/New_York")[0]?.part).toBe("Morning");
    expect(byPart([noon], "Asia/Tokyo")[0]?.part).toBe("Evening");
  });

  it("have their UTC offset when an hour comes twice", () => {
    const [first, second] = [time("2026-11-01T05:30:00Z", "d1"), time("2026-11-01T06:30:00Z", "d1")];
    const later = time("2026-11-01T07:30:00Z", "d1");
    const names = timeLabels([first, second, later], "America/New_York");
    expect([...names.values()]).toEqual(["01:30 GMT-4", "01:30 GMT-5", "02:30"]);
  });
});

describe("while the list is shown", () => {
  const [nine, ten] = [time("2026-11-23T09:00:00Z", "d1"), time("2026-11-23T10:00:00Z", "d1")];
  const soonest = Date.parse("2026-11-23T08:00:00Z");

  it("a taken time stays in place, without slots", () => {
    expect(keepInPlace([nine, ten], [ten], soonest)).toEqual([{ start: nine.start, slots: [] }, ten]);
  });

  it("a freed time is restored", () => {
    const gone = keepInPlace([nine, ten], [ten], soonest);
    expect(keepInPlace(gone, [nine, ten], soonest)).toEqual([nine, ten]);
    expect(changesBetween(gone, [nine, ten])).toEqual({ taken: [], freed: [nine.start] });
  });

  it("a time within the minimum notice is removed", () => {
    expect(starts(keepInPlace([nine, ten], [ten], Date.parse("2026-11-23T09:30:00Z")))).toEqual([ten.start]);
  });
});

it("counts weeks from today", () => {
  expect(weekOf("2026-11-22", "2026-11-22", 7)).toBe("2026-11-22");
  expect(weekOf("2026-11-28", "2026-11-22", 7)).toBe("2026-11-22");
  expect(weekOf("2026-11-29", "2026-11-22", 7)).toBe("2026-11-29");
});
