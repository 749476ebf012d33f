import * as z from "zod/mini";
import { type Changes, statuses } from "./fields";

/** Unsaved changes, and the version that they are relative to. */
export interface Draft {
  baseVersion: number;
  changes: Changes;
}

/** Half-typed text is stored too, so the form's limits do not apply. */
const schema = z.object({
  baseVersion: z.number(),
  changes: z.object({
    title: z.optional(z.string()),
    start: z.optional(
      z.object({ date: z.string(), time: z.string(), timeZone: z.string(), which: z.enum(["", "first", "second"]) }),
    ),
    minutes: z.optional(z.string()),
    doctorId: z.optional(z.string()),
    serviceId: z.optional(z.string()),
    status: z.optional(z.enum(statuses)),
    notes: z.optional(z.string()),
    patient: z.optional(z.object({ name: z.string(), email: z.string(), phone: z.string() })),
  }),
});

export interface DraftStorage {
  read: () => Draft | null;
  save: (draft: Draft) => void;
  clear: () => void;
}

/** Stores one member's draft of one appointment. The key keeps it from other members. */
export function createDraftStorage(storage: Storage, userId: string, appointmentId: string): DraftStorage {
  const key = `holdfast.unsaved.${userId}.${appointmentId}`;
  return {
    read() {
      try {
        return schema.parse(JSON.parse(storage.getItem(key) ?? "")) as Draft;
      } catch {
        return null;
      }
    },
    save(draft) {
      try {
        storage.setItem(key, JSON.stringify(draft));
      } catch {
        // Without storage the draft lasts as long as the page.
      }
    },
    clear: () => storage.removeItem(key),
  };
}
