import { describe, expect, it } from "vitest";
import { countdown, zoneCity } from "./format";

describe("countdown", () => {
  it("shows minutes and seconds", () => {
    expect(countdown(252_000)).toBe("4:12");
    expect(countdown(60_000)).toBe("1:00");
  });

  it("reaches zero only at the end", () => {
    expect(countdown(1)).toBe("0:01");
    expect(countdown(0)).toBe("0:00");
    expect(countdown(-5_000)).toBe("0:00");
  });
});

it("names a zone by its city", () => {
  expect(zoneCity("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
});
