import * as z from "zod/mini";
import { lockSchema } from "@/lib/api/lock";

const userInfo = z.object({ name: z.string(), email: z.string() });
const position = z.object({ x: z.number(), y: z.number() });
const presenceState = z.enum(["viewing", "editing", "idle"]);
const member = z.object({ userId: z.string(), userInfo, state: presenceState });

/** The response to `subscribe`: the complete current state. */
const snapshot = z.object({
  type: z.literal("snapshot"),
  appointmentId: z.string(),
  lock: z.nullable(lockSchema),
  version: z.number(),
  appointmentVersion: z.number(),
  // An unreadable presence list must not hide the lock.
  presence: z.catch(z.array(member), []),
  serverTime: z.string(),
});

const lockChange = {
  appointmentId: z.string(),
  lock: z.nullable(lockSchema),
  version: z.number(),
  cause: z.optional(z.string()),
  at: z.string(),
};

const appointmentUpdated = z.object({
  type: z.literal("appointment-updated"),
  appointmentId: z.string(),
  appointmentVersion: z.number(),
  updatedBy: z.nullish(z.object({ userId: z.string(), name: z.string() })),
  changed: z.array(z.string()),
});

const presenceUpdate = z.object({
  type: z.literal("presence-update"),
  at: z.string(),
  appointmentId: z.string(),
  userId: z.string(),
  userInfo,
  state: z.enum([...presenceState.options, "left"]),
});

const cursorUpdate = z.object({
  type: z.literal("cursor-update"),
  at: z.string(),
  appointmentId: z.string(),
  userId: z.string(),
  userInfo,
  position,
});

/** The response to `subscribe-calendar`: every later change arrives. */
const calendarSubscribed = z.object({
  type: z.literal("calendar-subscribed"),
  doctorId: z.nullish(z.string()),
});

const slotUpdated = z.object({
  type: z.literal("slot-updated"),
  doctorId: z.string(),
  start: z.string(),
  end: z.string(),
  state: z.enum(["free", "held", "booked"]),
});

const serverFrame = z.discriminatedUnion("type", [
  snapshot,
  z.object({ type: z.literal("lock-acquired"), ...lockChange }),
  z.object({ type: z.literal("lock-released"), ...lockChange }),
  z.object({ type: z.literal("lock-update"), ...lockChange }),
  appointmentUpdated,
  presenceUpdate,
  cursorUpdate,
  calendarSubscribed,
  slotUpdated,
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("error"), code: z.string(), action: z.nullish(z.string()) }),
]);

export type ServerFrame = z.infer<typeof serverFrame>;
export type Snapshot = z.infer<typeof snapshot>;
export type PresenceUpdate = z.infer<typeof presenceUpdate>;
export type CursorUpdate = z.infer<typeof cursorUpdate>;
export type PresenceState = z.infer<typeof presenceState>;
/** Relative to the form: fractions from its left and top, 0 to 1. */
export type Position = z.infer<typeof position>;

type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;
/** Frames for the followers of one appointment. Presence and pointers have their own modules. */
export type AppointmentFrame = FrameOf<
  "snapshot" | "lock-acquired" | "lock-released" | "lock-update" | "appointment-updated"
>;
/** Frames for the followers of a calendar. */
export type CalendarFrame = FrameOf<"calendar-subscribed" | "appointment-updated" | "slot-updated">;

/** One doctor's calendar, or every doctor's. */
export interface Calendar {
  doctorId?: string | undefined;
}

export type ClientFrame =
  | { action: "subscribe" | "unsubscribe"; appointmentId: string }
  | ({ action: "subscribe-calendar" | "unsubscribe-calendar" } & Calendar)
  | { action: "presence"; appointmentId: string; state: PresenceState }
  | { action: "cursor-position"; appointmentId: string; position: Position }
  | { action: "ping" };

/** Null for unknown frames, which a newer server may send. */
export function parseFrame(text: unknown): ServerFrame | null {
  if (typeof text !== "string") return null;
  try {
    return serverFrame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
