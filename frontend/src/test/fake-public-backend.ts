import type { Booked, ManagedBooking, Practice, Slot } from "@/features/booking/api/types";
import { appointment } from "./fake-backend";

export const MANAGE_TOKEN = "t1~a1~secret";

export const practice: Practice = {
  name: "Harbour Practice",
  slug: "harbour",
  timeZone: "Europe/Lisbon",
  services: [
    { id: "s1", name: "Check-up", durationMinutes: 30, price: "60 €", color: "#4f46e5" },
    { id: "s2", name: "Long talk", durationMinutes: 90, price: null, color: "#0b7285" },
    { id: "s3", name: "Nobody does this", durationMinutes: 15, price: null, color: "#0b7285" },
  ],
  doctors: [
    { id: "d1", name: "Dr. Ana Reis", specialty: "Dentist", timeZone: "Europe/Lisbon", serviceIds: ["s1"] },
    { id: "d2", name: "Dr. Ben Ode", specialty: "", timeZone: "America/New_York", serviceIds: ["s1", "s2"] },
  ],
  bookingRules: { minimumNoticeMinutes: 0, horizonDays: 30, slotStepMinutes: 30, changeCutoffMinutes: 60 },
};

/** A slot of half an hour: `at("d1", "2026-11-23T09:30:00Z")`. */
export function at(doctorId: string, start: string): Slot {
  const end = new Date(Date.parse(start) + 30 * 60_000).toISOString().replace(".000Z", "Z");
  return { doctorId, start, end };
}

interface RecordedRequest {
  call: string;
  body: Record<string, unknown> | null;
  query: URLSearchParams;
  headers: Headers;
  keepalive: boolean;
}

interface FakeResponse {
  status: number;
  body: unknown;
}

/** The public side of one practice's server. */
export class FakePublicBackend {
  practice = practice;
  /** The slots on offer while nothing is held. */
  slots: Slot[] = [];
  readonly held = new Map<string, Slot>();
  /** By idempotency key. */
  readonly booked = new Map<string, Booked>();
  managed: ManagedBooking | null = null;
  holdSeconds = 300;
  /** The next response of a call. `offline`: no response. `lost`: the request is executed, but its response is lost. */
  readonly nextResponse = new Map<string, FakeResponse | "offline" | "lost">();
  readonly requests: RecordedRequest[] = [];
  private holdCount = 0;

  readonly fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const call = `${request.method} ${decodeURIComponent(url.pathname).replace("/api", "")}`;
    const text = await request.text();
    const body = text ? JSON.parse(text) : null;
    const { headers, keepalive } = request;
    const recorded = { call, body, query: url.searchParams, headers, keepalive };
    this.requests.push(recorded);
    const next = this.nextResponse.get(call);
    this.nextResponse.delete(call);
    if (next === "offline") throw new TypeError("Failed to fetch");
    const respond = typeof next === "object" ? next : this.answer(recorded);
    if (next === "lost") throw new TypeError("Failed to fetch");
    const type = respond.status < 400 ? "application/json" : "application/problem+json";
    return new Response(JSON.stringify(respond.body), { status: respond.status, headers: { "Content-Type": type } });
  };

  sent(call: string): RecordedRequest[] {
    return this.requests.filter((each) => each.call === call);
  }

  private answer(request: RecordedRequest): FakeResponse {
    const { call, body, query } = request;
    const booking = `/public/bookings/${MANAGE_TOKEN}`;
    if (call.startsWith("DELETE /public/harbour/holds/")) return this.release(call.split("/").at(-1) ?? "");
    switch (call) {
      case "GET /public/harbour":
        return { status: 200, body: this.practice };
      case "GET /public/harbour/availability":
        return { status: 200, body: { slots: this.offered(query), timeZone: this.practice.timeZone } };
      case "POST /public/harbour/ws-ticket":
        return { status: 200, body: { ticket: "visitor", expiresIn: 30 } };
      case "POST /public/harbour/holds":
        return this.hold(body ?? {});
      case "POST /public/harbour/bookings":
        return this.book(request);
      case `GET ${booking}`:
        return this.managed ? { status: 200, body: this.managed } : problem(404, "NOT_FOUND");
      case `POST ${booking}/cancel`:
        return this.change({ status: "cancelled" });
      case `POST ${booking}/reschedule`: {
        const { end } = at("", String(body?.start));
        return this.change({ startsAt: String(body?.start), endsAt: end });
      }
      default:
        return problem(404, "NOT_FOUND");
    }
  }

  private offered(query: URLSearchParams): Slot[] {
    const [from, to] = [Date.parse(query.get("from") ?? "") || Date.now(), Date.parse(query.get("to") ?? "")];
    const doctors = query.get("doctorIds")?.split(",");
    return this.free()
      .filter(({ doctorId }) => !doctors || doctors.includes(doctorId))
      .filter(({ start }) => Date.parse(start) >= from && (Number.isNaN(to) || Date.parse(start) < to))
      .slice(0, Number(query.get("limit") ?? 100));
  }

  private free(): Slot[] {
    const taken = new Set([...this.held.values()].map(key));
    return this.slots.filter((slot) => !taken.has(key(slot)));
  }

  private hold({ doctorId, start }: Record<string, unknown>): FakeResponse {
    const slot = this.free().find((each) => each.doctorId === doctorId && each.start === start);
    if (!slot) return problem(409, "SLOT_TAKEN", { alternatives: this.free().slice(0, 3) });
    const holdId = `hold-${++this.holdCount}`;
    this.held.set(holdId, slot);
    const expiresAt = new Date(Date.now() + this.holdSeconds * 1_000).toISOString();
    return { status: 201, body: { holdId, holdToken: `token-of-${holdId}`, expiresAt } };
  }

  private release(holdId: string): FakeResponse {
    this.held.delete(holdId);
    return { status: 200, body: { holdId, released: true } };
  }

  private book({ body, headers }: RecordedRequest): FakeResponse {
    const idempotencyKey = headers.get("Idempotency-Key") ?? "";
    const known = this.booked.get(idempotencyKey);
    if (known) return { status: 201, body: known };
    const slot = this.held.get(String(body?.holdId));
    if (!slot) return problem(409, "HOLD_EXPIRED", { alternatives: this.free().slice(0, 3) });
    this.managed = managedOf(slot, body?.patient as ManagedBooking["appointment"]["patient"]);
    const booked = { appointment: this.managed.appointment, manageToken: MANAGE_TOKEN };
    this.booked.set(idempotencyKey, booked);
    return { status: 201, body: booked };
  }

  private change(changes: Partial<ManagedBooking["appointment"]>): FakeResponse {
    if (!this.managed) return problem(404, "NOT_FOUND");
    this.managed = { ...this.managed, appointment: { ...this.managed.appointment, ...changes } };
    return { status: 200, body: this.managed.appointment };
  }
}

export function managedOf(slot: Slot, patient = appointment().patient): ManagedBooking {
  const [service] = practice.services;
  const doctor = practice.doctors.find(({ id }) => id === slot.doctorId);
  if (!service || !doctor) throw new Error("The practice has no such doctor.");
  const { name, slug, timeZone } = practice;
  const booked = { doctorId: slot.doctorId, startsAt: slot.start, endsAt: slot.end, timeZone: doctor.timeZone };
  return {
    appointment: appointment({ ...booked, patient }),
    practice: { name, slug, timeZone },
    doctor,
    service,
    canChange: true,
    changeUntil: new Date(Date.parse(slot.start) - 3_600_000).toISOString(),
  };
}

function key({ doctorId, start }: Slot): string {
  return `${doctorId} ${start}`;
}

export function problem(status: number, code: string, evidence: object = {}): FakeResponse {
  return { status, body: { type: "urn:test", title: code, status, code, detail: `${code}.`, ...evidence } };
}
