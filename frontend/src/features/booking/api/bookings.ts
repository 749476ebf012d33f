import { type Api, unwrap } from "@/lib/api/client";
import type { Booked, BookingForm } from "./types";

/** Books a held slot. Idempotent: the same key and form return the same booking. */
export function book(api: Api, slug: string, form: BookingForm, idempotencyKey: string): Promise<Booked> {
  const header = { "Idempotency-Key": idempotencyKey };
  return unwrap(api.POST("/public/{slug}/bookings", { params: { path: { slug }, header }, body: form }));
}
