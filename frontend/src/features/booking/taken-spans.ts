import type { CalendarFrame } from "@/lib/realtime/frames";
import { timing } from "@/lib/timing";
import type { Slot } from "./api/types";

export type SlotFrame = Extract<CalendarFrame, { type: "slot-updated" }>;

/** A doctor's span that became taken, as received in a frame. */
export interface TakenSpan {
  doctorId: string;
  startMs: number;
  endMs: number;
  receivedAtMs: number;
}

export type TakenSpans = ReadonlyMap<string, TakenSpan>;

/** Applies one frame. */
export function applySlotUpdate(spans: TakenSpans, frame: SlotFrame, nowMs: number): TakenSpans {
  const key = `${frame.doctorId} ${frame.start} ${frame.end}`;
  const next = new Map(spans);
  if (frame.state === "free") next.delete(key);
  else {
    const [startMs, endMs] = [Date.parse(frame.start), Date.parse(frame.end)];
    next.set(key, { doctorId: frame.doctorId, startMs, endMs, receivedAtMs: nowMs });
  }
  return next;
}

/** The slots of a response that are still free after later frames. Frames do not cover buffers. */
export function stillFree(slots: readonly Slot[], spans: TakenSpans, fetchedAtMs: number): Slot[] {
  const later = [...spans.values()].filter(({ receivedAtMs }) => receivedAtMs > fetchedAtMs - timing.responseOverlapMs);
  if (later.length === 0) return [...slots];
  return slots.filter(({ doctorId, start, end }) => {
    const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
    return !later.some((taken) => taken.doctorId === doctorId && taken.startMs < endMs && taken.endMs > startMs);
  });
}
