import { expect, it } from "vitest";
import type { CalendarFrame } from "@/lib/realtime/frames";
import { affectsDay } from "./day-updates";

const day = { date: "2026-11-21", timeZone: "America/New_York" };
const affects = (frame: CalendarFrame) => affectsDay(frame, day, new Set(["a1"]));

function updated(appointmentId: string, appointmentVersion: number, changed: string[] = ["notes"]): CalendarFrame {
  return { type: "appointment-updated", appointmentId, appointmentVersion, changed };
}

function slot(start: string, end: string, state: "free" | "held" | "booked" = "booked"): CalendarFrame {
  return { type: "slot-updated", doctorId: "d1", start, end, state };
}

it("a list is read when its calendar has just been subscribed", () => {
  expect(affects({ type: "calendar-subscribed" })).toBe(true);
});

it("a list is read for what it shows, for what is new and for what moved", () => {
  expect(affects(updated("a1", 7))).toBe(true);
  expect(affects(updated("a9", 7))).toBe(false);
  expect(affects(updated("a9", 1))).toBe(true);
  expect(affects(updated("a9", 7, ["startsAt", "endsAt"]))).toBe(true);
});

it("a list is read for slots of its day, by the practice's clock, if they can have an appointment", () => {
  expect(affects(slot("2026-11-21T04:30:00Z", "2026-11-21T05:00:00Z"))).toBe(false);
  expect(affects(slot("2026-11-21T04:30:00Z", "2026-11-21T05:30:00Z"))).toBe(true);
  expect(affects(slot("2026-11-22T04:30:00Z", "2026-11-22T05:30:00Z", "free"))).toBe(true);
  expect(affects(slot("2026-11-22T05:00:00Z", "2026-11-22T05:30:00Z"))).toBe(false);
  expect(affects(slot("2026-11-21T12:00:00Z", "2026-11-21T12:30:00Z", "held"))).toBe(false);
});
