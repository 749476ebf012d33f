import { answerOf } from "@/lib/api/client";
import type { Booked, BookingForm, PublicApi } from "./routes";

/** The same key and form again bring the same answer: asking twice never books twice. */
export function book(api: PublicApi, slug: string, form: BookingForm, idempotencyKey: string): Promise<Booked> {
  const params = { path: { slug }, header: { "Idempotency-Key": idempotencyKey } };
  return answerOf(api.POST("/public/{slug}/bookings", { params, body: form }));
}
