import type { components } from "@/lib/api/generated/schema";
import { FakeBackend, session } from "./fake-backend";

type Schemas = components["schemas"];

export const adminSession: Schemas["SignInResponse"] = {
  ...session,
  user: { ...session.user, id: "dana", name: "Dana", role: "admin" },
};

export const doctor: Schemas["Doctor"] = {
  id: "d1",
  name: "Dr. Ana Reis",
  specialty: "Dentist",
  timeZone: "Europe/Lisbon",
  serviceIds: ["s1"],
  workingHours: [{ weekday: 1, start: "09:00", end: "17:00" }],
  breaks: [],
  exceptions: [],
};

export const service: Schemas["Service"] = {
  id: "s1",
  name: "Check-up",
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  price: null,
  color: "#4f46e5",
  needs: [],
};

type Body = Record<string, unknown>;

/** A server with set-up endpoints; other calls go to `FakeBackend`. */
export class FakeSetupBackend {
  readonly fallback = new FakeBackend();
  readonly lists: Record<string, Body[]> = {
    doctors: [{ ...doctor }],
    services: [{ ...service }],
    resources: [{ id: "r1", name: "Room 1", kind: "room" }],
  };
  rules: Schemas["BookingRules"] = {
    minimumNoticeMinutes: 120,
    horizonDays: 90,
    slotStepMinutes: 15,
    changeCutoffMinutes: 60,
  };
  /** The appointments outside working time after the next change. */
  conflicts: Schemas["ConflictingAppointment"][] = [];
  readonly requests: { call: string; body: Body }[] = [];

  readonly fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.replace("/api/", "");
    const [kind = "", id] = path.split("/");
    const isOwn = kind in this.lists || kind === "booking-rules";
    if (!isOwn) return this.fallback.fetch(request);
    const text = await request.text();
    const body: Body = text ? JSON.parse(text) : {};
    this.requests.push({ call: `${request.method} /${path}`, body });
    return Response.json(
      kind === "booking-rules" ? this.changeRules(body) : this.change(kind, id, request.method, body),
    );
  };

  sent(call: string): Body[] {
    return this.requests.filter((request) => request.call === call).map(({ body }) => body);
  }

  private changeRules(body: Body) {
    this.rules = { ...this.rules, ...body };
    return this.rules;
  }

  private change(kind: string, id: string | undefined, method: string, body: Body): unknown {
    const list = this.lists[kind] ?? [];
    if (method === "GET") return { items: list, nextCursor: null };
    if (method === "POST") {
      const made = { id: `${kind}-${list.length + 1}`, ...body };
      list.push(made);
      return made;
    }
    const known = list.find((each) => each.id === id) ?? {};
    if (method === "DELETE") this.lists[kind] = list.filter((each) => each !== known);
    return { ...Object.assign(known, body), conflicts: this.conflicts };
  }
}
