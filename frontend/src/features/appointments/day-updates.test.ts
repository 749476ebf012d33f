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

it("refetches when the calendar is subscribed", () => {
  expect(affects({ type: "calendar-subscribed" })).toBe(true);
});

it("refetches for shown, new and moved appointments", () => {
  expect(affects(updated("a1", 7))).toBe(true);
  expect(affects(updated("a9", 7))).toBe(false);
  expect(affects(updated("a9", 1))).toBe(true);
  expect(affects(updated("a9", 7, ["startsAt", "endsAt"]))).toBe(true);
});

it("refetches for booked or freed slots of the day in the practice's zone", () => {
  expect(affects(slot("2026-11-21T04:30:00Z", "2026-11-21T05:00:00Z"))).toBe(false);
  expect(affects(slot("2026-11-21T04:30:00Z", "2026-11-21T05:30:00Z"))).toBe(true);
  expect(affects(slot("2026-11-22T04:30:00Z", "2026-11-22T05:30:00Z", "free"))).toBe(true);
  expect(affects(slot("2026-11-22T05:00:00Z", "2026-11-22T05:30:00Z"))).toBe(false);
  expect(affects(slot("2026-11-21T12:00:00Z", "2026-11-21T12:30:00Z", "held"))).toBe(false);
});
