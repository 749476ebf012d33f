import { type Api, unwrap } from "@/lib/api/client";
import type { Booked, BookingForm } from "./types";

/** The same key and form again bring the same answer: asking twice never books twice. */
export function book(api: Api, slug: string, form: BookingForm, idempotencyKey: string): Promise<Booked> {
  const header = { "Idempotency-Key": idempotencyKey };
  return unwrap(api.POST("/public/{slug}/bookings", { params: { path: { slug }, header }, body: form }));
}
