import type { Client } from "openapi-fetch";
import type { components } from "@/lib/api/generated/schema";

export type Appointment = components["schemas"]["Appointment"];
type Ticket = components["schemas"]["Ticket"];

/** A start that is on offer with one doctor. */
export interface Slot {
  doctorId: string;
  start: string;
  end: string;
}

export interface PublicService {
  id: string;
  name: string;
  durationMinutes: number;
  bufferBeforeMinutes?: number;
  bufferAfterMinutes?: number;
  price?: string | null;
  color: string;
}

export interface PublicDoctor {
  id: string;
  name: string;
  specialty: string;
  timeZone: string;
  serviceIds: string[];
}

export interface BookingRules {
  minimumNoticeMinutes: number;
  horizonDays: number;
  slotStepMinutes: number;
  changeCutoffMinutes: number;
}

export interface Practice {
  name: string;
  slug: string;
  timeZone: string;
  services: PublicService[];
  doctors: PublicDoctor[];
  bookingRules: BookingRules;
}

export interface Held {
  holdId: string;
  holdToken: string;
  expiresAt: string;
}

export interface BookingForm {
  holdId: string;
  holdToken: string;
  patient: { name: string; email: string; phone: string };
  notes?: string;
}

export interface Booked {
  appointment: Appointment;
  manageToken: string;
}

/** What the patient's own page shows. */
export interface Managed {
  appointment: Appointment;
  practice: { name: string; slug: string; timeZone: string };
  doctor: { id: string; name: string; specialty: string; timeZone: string };
  service: { id: string; name: string; durationMinutes: number };
  canChange: boolean;
  changeUntil: string;
}

interface Said {
  path: Record<string, string>;
  query?: object;
  header?: object;
}

interface Operation<Given extends Said, Answer, Status extends number = 200, Body = never> {
  parameters: Given;
  requestBody?: { content: { "application/json": Body } };
  responses: Record<Status, { content: { "application/json": Answer } }>;
}

interface OfPractice {
  path: { slug: string };
}

interface OfBooking {
  path: { manageToken: string };
}

/** The routes for people without an account, in the generated client's own form. */
interface PublicPaths {
  "/public/{slug}": { get: Operation<OfPractice, Practice> };
  "/public/{slug}/availability": {
    get: Operation<
      OfPractice & { query: { serviceId: string; doctorIds?: string; from?: string; to?: string; limit?: number } },
      { slots: Slot[]; timeZone: string }
    >;
  };
  "/public/{slug}/holds": {
    post: Operation<OfPractice, Held, 201, { serviceId: string; doctorId: string; start: string }>;
  };
  "/public/{slug}/holds/{holdId}": {
    delete: Operation<{ path: { slug: string; holdId: string } }, unknown, 200, { holdToken: string }>;
  };
  "/public/{slug}/bookings": {
    post: Operation<OfPractice & { header: { "Idempotency-Key": string } }, Booked, 201, BookingForm>;
  };
  "/public/{slug}/ws-ticket": { post: Operation<OfPractice, Ticket> };
  "/public/bookings/{manageToken}": { get: Operation<OfBooking, Managed> };
  "/public/bookings/{manageToken}/reschedule": {
    post: Operation<OfBooking, unknown, 200, { start: string; doctorId?: string }>;
  };
  "/public/bookings/{manageToken}/cancel": { post: Operation<OfBooking, unknown> };
}

export type PublicApi = Client<PublicPaths>;
