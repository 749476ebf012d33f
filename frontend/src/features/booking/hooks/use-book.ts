import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { isSlotGone } from "@/features/booking/api/alternatives";
import { book } from "@/features/booking/api/bookings";
import type { Hold } from "@/features/booking/api/holds";
import { managedBookingQuery } from "@/features/booking/api/managed-booking";
import type { BookingForm } from "@/features/booking/api/types";
import type { Details } from "@/features/booking/details";
import { ApiError } from "@/lib/api/problem";
import { randomId } from "@/lib/tab-id";
import { usePublicApi } from "./visitor-context";

interface Attempt {
  form: BookingForm;
  key: string;
}

export interface BookHandle {
  isBooking: boolean;
  error: unknown;
  /** No response arrived, so the booking may exist. Only the same request may be sent again. */
  isUncertain: boolean;
  submit: (hold: Hold, details: Details) => Promise<void>;
  reset: () => void;
}

interface Outcome {
  onBooked: (manageToken: string) => void;
  onGone: (error: ApiError) => void;
}

/**
 * Books a held slot. Repeats the same key and form until the result is known.
 * `timeZone`: the zone of the times in the patient's mails.
 */
export function useBook(slug: string, timeZone: string, { onBooked, onGone }: Outcome): BookHandle {
  const api = usePublicApi();
  const queries = useQueryClient();
  const uncertain = useRef<Attempt | null>(null);
  const [isBooking, setIsBooking] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function submit(hold: Hold, details: Details): Promise<void> {
    if (isBooking) return;
    setIsBooking(true);
    setError(null);
    const attempt = uncertain.current ?? { form: toBookingForm(hold, details, timeZone), key: randomId() };
    uncertain.current = attempt;
    try {
      const { manageToken } = await book(api, slug, attempt.form, attempt.key);
      // Shows the next page at once. If the prefetch fails, that page fetches by itself.
      await queries.prefetchQuery(managedBookingQuery(api, manageToken));
      onBooked(manageToken);
    } catch (cause) {
      if (isDefinitive(cause)) uncertain.current = null;
      if (isSlotGone(cause)) onGone(cause);
      else setError(cause);
      setIsBooking(false);
    }
  }

  const reset = () => {
    uncertain.current = null;
    setError(null);
  };
  return { isBooking, error, isUncertain: error !== null && !isDefinitive(error), submit, reset };
}

/** True if the server has decided. After a network failure or a 5xx the booking may exist. */
function isDefinitive(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500;
}

function toBookingForm(
  { holdId, holdToken }: Hold,
  { name, email, phone, notes }: Details,
  timeZone: string,
): BookingForm {
  const patient = { name: name.trim(), email: email.trim(), phone: phone.trim() };
  return { holdId, holdToken, patient, timeZone, ...(notes.trim() && { notes: notes.trim() }) };
}
