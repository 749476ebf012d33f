import type { CalendarFrame } from "@/lib/realtime/frames";
import { dayRange } from "@/lib/time/zone";
import type { Day } from "./api/day";

/** True if a frame may change a day's list. `shown`: the ids in the list. */
export function affectsDay(frame: CalendarFrame, day: Day, shown: ReadonlySet<string>): boolean {
  switch (frame.type) {
    case "calendar-subscribed":
      return true;
    case "appointment-updated":
      return shown.has(frame.appointmentId) || frame.appointmentVersion === 1 || frame.changed.includes("startsAt");
    case "slot-updated": {
      // A held slot has no appointment.
      const { from, to } = dayRange(day.date, day.timeZone);
      const [startMs, endMs] = [Date.parse(frame.start), Date.parse(frame.end)];
      return frame.state !== "held" && startMs < Date.parse(to) && endMs > Date.parse(from);
    }
  }
}
