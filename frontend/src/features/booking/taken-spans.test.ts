import { describe, expect, it } from "vitest";
import { at } from "@/test/fake-public-backend";
import { applySlotUpdate, type SlotFrame, stillFree, type TakenSpans } from "./taken-spans";

const NONE: TakenSpans = new Map();
const nine = at("d1", "2026-11-23T09:00:00Z");
const halfPast = at("d1", "2026-11-23T09:30:00Z");
const colleague = at("d2", "2026-11-23T09:00:00Z");
const slots = [nine, colleague, halfPast];
const frame = (state: SlotFrame["state"], slot = halfPast): SlotFrame => ({ type: "slot-updated", state, ...slot });

describe("a taken span", () => {
  it("removes that doctor's overlapping slots", () => {
    const spans = applySlotUpdate(NONE, frame("booked"), 100_000);
    const across = { ...frame("booked"), start: "2026-11-23T09:20:00Z" };
    expect(stillFree(slots, spans, 50_000)).toEqual([nine, colleague]);
    expect(stillFree(slots, applySlotUpdate(NONE, across, 100_000), 50_000)).toEqual([colleague]);
  });

  it("removes nothing once it is free", () => {
    const spans = applySlotUpdate(applySlotUpdate(NONE, frame("held"), 100_000), frame("free"), 101_000);
    expect(stillFree(slots, spans, 50_000)).toEqual(slots);
  });

  it("is superseded by a later response", () => {
    const spans = applySlotUpdate(NONE, frame("held"), 100_000);
    expect(stillFree(slots, spans, 101_000)).toEqual([nine, colleague]);
    expect(stillFree(slots, spans, 200_000)).toEqual(slots);
  });
});
