import { isDate } from "@/lib/time/zone";
import type { Practice, PublicDoctor, PublicService } from "./api/types";
import type { BookingSearch } from "./search";

export const ANY_DOCTOR = "any";

export interface Choices {
  service: PublicService | undefined;
  /** The doctors who offer the service. */
  doctors: readonly PublicDoctor[];
  /** Undefined until chosen. A single doctor is chosen already. */
  doctor: string | undefined;
  date: string | undefined;
  zone: string | undefined;
}

/** The valid choices of a search at this practice. */
export function choicesOf(practice: Practice, search: BookingSearch): Choices {
  const service = practice.services.find(({ id }) => id === search.service);
  const doctors = service ? practice.doctors.filter(({ serviceIds }) => serviceIds.includes(service.id)) : [];
  const known = search.doctor === ANY_DOCTOR || doctors.some(({ id }) => id === search.doctor);
  return {
    service: doctors.length > 0 ? service : undefined,
    doctors,
    doctor: known ? search.doctor : doctors.length === 1 ? doctors[0]?.id : undefined,
    date: search.date && isDate(search.date) ? search.date : undefined,
    zone: search.zone && isZone(search.zone) ? search.zone : undefined,
  };
}

export function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
