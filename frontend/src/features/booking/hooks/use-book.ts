import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { isGone } from "@/features/booking/api/alternatives";
import { book } from "@/features/booking/api/bookings";
import type { Hold } from "@/features/booking/api/holds";
import { managedQuery } from "@/features/booking/api/managed";
import type { BookingForm } from "@/features/booking/api/shapes";
import type { Details } from "@/features/booking/details";
import { ApiError } from "@/lib/api/problem";
import { randomSessionId } from "@/lib/session-id";
import { usePublicApi } from "./visitor-context";

interface Attempt {
  form: BookingForm;
  key: string;
}

export interface BookHandle {
  isBooking: boolean;
  error: unknown;
  /** It may have been booked: no answer came. The same is asked again then, and nothing else. */
  isUnsure: boolean;
  submit: (hold: Hold, details: Details) => Promise<void>;
  reset: () => void;
}

interface Outcome {
  onBooked: (manageToken: string) => void;
  onGone: (error: ApiError) => void;
}

/** Books what is held; the patient is written to in `timeZone`. While it is unknown whether that arrived, the same key and form are sent again. */
export function useBook(slug: string, timeZone: string, { onBooked, onGone }: Outcome): BookHandle {
  const api = usePublicApi();
  const queries = useQueryClient();
  const unsure = useRef<Attempt | null>(null);
  const [isBooking, setIsBooking] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function submit(hold: Hold, details: Details): Promise<void> {
    if (isBooking) return;
    setIsBooking(true);
    setError(null);
    const attempt = unsure.current ?? { form: formOf(hold, details, timeZone), key: randomSessionId() };
    unsure.current = attempt;
    try {
      const { manageToken } = await book(api, slug, attempt.form, attempt.key);
      // The next page is there at once; if it cannot be had now, it asks for itself.
      await queries.prefetchQuery(managedQuery(api, manageToken));
      onBooked(manageToken);
    } catch (cause) {
      if (isAnswer(cause)) unsure.current = null;
      if (isGone(cause)) onGone(cause);
      else setError(cause);
      setIsBooking(false);
    }
  }

  const reset = () => {
    unsure.current = null;
    setError(null);
  };
  return { isBooking, error, isUnsure: error !== null && !isAnswer(error), submit, reset };
}

/** Whether the server has decided; a failure on its way may have been after the deed. */
function isAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500;
}

function formOf({ holdId, holdToken }: Hold, { name, email, phone, notes }: Details, timeZone: string): BookingForm {
  const patient = { name: name.trim(), email: email.trim(), phone: phone.trim() };
  return { holdId, holdToken, patient, timeZone, ...(notes.trim() && { notes: notes.trim() }) };
}
