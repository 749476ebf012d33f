import type { components } from "@/lib/api/generated/schema";
import { appointment, FakeBackend } from "./fake-backend";
import { problem } from "./fake-public-backend";

type Schemas = components["schemas"];

const doctor = { specialty: "", workingHours: [], breaks: [], exceptions: [] };

export const doctors: Schemas["Doctor"][] = [
  { id: "d1", name: "Dr. Ana Reis", timeZone: "Europe/Lisbon", serviceIds: ["s1"], ...doctor },
  { id: "d2", name: "Dr. Ben Ode", timeZone: "America/New_York", serviceIds: ["s1", "s2"], ...doctor },
];

const buffers = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0, price: null, color: "#4f46e5" };

export const services: Schemas["Service"][] = [
  { id: "s1", name: "Check-up", durationMinutes: 30, ...buffers },
  { id: "s2", name: "Long talk", durationMinutes: 90, ...buffers },
];

/** A server with doctors, services and availability; other calls go to `FakeBackend`. */
export class FakeStaffBackend {
  readonly backend = new FakeBackend();
  slots: Schemas["AvailableSlot"][] = [];
  workingTime: Schemas["TimeRange"][] = [];
  /** The next response of a call. */
  readonly nextResponse = new Map<string, { status: number; body: unknown }>();
  readonly created: Record<string, unknown>[] = [];
  readonly requestedUrls: URL[] = [];

  readonly fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const call = `${request.method} ${url.pathname.replace("/api", "")}`;
    this.requestedUrls.push(url);
    const next = this.nextResponse.get(call);
    this.nextResponse.delete(call);
    const respond = next ?? (await this.answer(call, request));
    if (!respond) return this.backend.fetch(request);
    if (next) this.backend.requests.push({ call, body: await request.json() });
    return new Response(JSON.stringify(respond.body), {
      status: respond.status,
      headers: { "Content-Type": respond.status < 400 ? "application/json" : "application/problem+json" },
    });
  };

  private async answer(call: string, request: Request): Promise<{ status: number; body: unknown } | null> {
    if (!this.backend.signedIn) return null;
    switch (call) {
      case "GET /doctors":
        return { status: 200, body: { items: doctors } };
      case "GET /services":
        return { status: 200, body: { items: services } };
      case "GET /resources":
        return { status: 200, body: { items: [{ id: "r1", name: "Room 1", kind: "room" }] } };
      case "GET /availability":
        return { status: 200, body: { slots: this.slots, timeZone: "Europe/Lisbon" } };
      case "GET /doctors/d1/schedule":
        return { status: 200, body: { doctorId: "d1", timeZone: "Europe/Lisbon", workingTime: this.workingTime } };
      case "POST /appointments":
        return this.create(await request.json());
      default:
        return null;
    }
  }

  private create(form: Record<string, unknown>) {
    this.created.push(form);
    this.backend.appointment = appointment({ ...form, title: "Check-up" });
    return { status: 201, body: this.backend.appointment };
  }
}

/** A SLOT_TAKEN problem: Ana Reis and a room are booked at 09:00; 10:30 is free, and 11:00 with Ben Ode. */
export function slotTaken() {
  const nine = { start: "2026-11-24T09:00:00Z", end: "2026-11-24T09:30:00Z", state: "booked" };
  return problem(409, "SLOT_TAKEN", {
    collided: [
      { ...nine, doctorId: "d1", appointmentId: "a7" },
      { ...nine, resourceId: "r1" },
    ],
    alternatives: [
      { doctorId: "d1", start: "2026-11-24T10:30:00Z", end: "2026-11-24T11:00:00Z" },
      { doctorId: "d2", start: "2026-11-24T11:00:00Z", end: "2026-11-24T11:30:00Z" },
    ],
  });
}
