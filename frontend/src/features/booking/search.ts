/** The search of a practice's booking page. Anybody may have typed it. */
export interface BookingSearch {
  service?: string | undefined;
  doctor?: string | undefined;
  date?: string | undefined;
  zone?: string | undefined;
  /** The start that is held. */
  at?: string | undefined;
}

/** The search of a patient's own page. */
export interface ManageSearch {
  step?: "booked" | "moving" | undefined;
  date?: string | undefined;
  zone?: string | undefined;
}
