/** The search parameters of a practice's booking page. Not validated: users can edit the address. */
export interface BookingSearch {
  service?: string | undefined;
  doctor?: string | undefined;
  date?: string | undefined;
  zone?: string | undefined;
  /** The held start. */
  at?: string | undefined;
}

/** The search parameters of a patient's own page. */
export interface ManageSearch {
  step?: "booked" | "moving" | undefined;
  date?: string | undefined;
  zone?: string | undefined;
}
