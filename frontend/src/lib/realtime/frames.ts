import * as z from "zod/mini";
import { lockSchema } from "@/lib/api/lock";

/** Everything a late-comer needs; the answer to `subscribe`. */
const snapshot = z.object({
  type: z.literal("snapshot"),
  appointmentId: z.string(),
  lock: z.nullable(lockSchema),
  version: z.number(),
  appointmentVersion: z.number(),
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

const serverFrame = z.discriminatedUnion("type", [
  snapshot,
  z.object({ type: z.literal("lock-acquired"), ...lockChange }),
  z.object({ type: z.literal("lock-released"), ...lockChange }),
  z.object({ type: z.literal("lock-update"), ...lockChange }),
  appointmentUpdated,
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("error"), code: z.string(), detail: z.optional(z.string()) }),
]);

export type ServerFrame = z.infer<typeof serverFrame>;
export type AppointmentFrame = Extract<ServerFrame, { appointmentId: string }>;

export type ClientFrame = { action: "subscribe" | "unsubscribe"; appointmentId: string } | { action: "ping" };

/** Null for anything this page does not know: a newer server may say more than we listen for. */
export function parseFrame(text: unknown): ServerFrame | null {
  if (typeof text !== "string") return null;
  try {
    return serverFrame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export function isAboutAppointment(frame: ServerFrame): frame is AppointmentFrame {
  return frame.type !== "pong" && frame.type !== "error";
}
