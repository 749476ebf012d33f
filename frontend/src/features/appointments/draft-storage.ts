import * as z from "zod/mini";
import { type Changes, statuses } from "./fields";

/** What was typed, and the version of the record that it was typed upon. */
export interface Draft {
  baseVersion: number;
  changes: Changes;
}

/** Half-typed text is no less worth keeping, so none of the form's limits count here. */
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

/** Where one member's text about one appointment waits for them; another member never gets to it. */
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
        // Without room there is nothing better to do.
      }
    },
    clear: () => storage.removeItem(key),
  };
}
