import type { components } from "@/lib/api/generated/schema";
import type { Lock } from "@/lib/api/lock";

type Schemas = components["schemas"];

export const AT = "2026-11-21T09:00:00Z";

const tenant: Schemas["Tenant"] = {
  id: "t1",
  name: "Practice",
  slug: "practice",
  timeZone: "Europe/Lisbon",
  onControlTimeout: "lapse" as const,
  adminsFirst: false,
};
const bob: Schemas["Member"] = { id: "bob", name: "Bob", email: "bob@test.test", role: "staff", tenantId: "t1" };

export const session: Schemas["SignInResponse"] = {
  token: "token",
  expiresAt: "2099-01-01T00:00:00Z",
  user: bob,
  tenant,
};

export function appointment(changes: Partial<Schemas["Appointment"]> = {}): Schemas["Appointment"] {
  return {
    id: "a1",
    doctorId: "d1",
    serviceId: "s1",
    patient: { name: "Maria Silva", email: "maria@test.test", phone: "" },
    startsAt: AT,
    endsAt: "2026-11-21T09:30:00Z",
    timeZone: "Europe/Lisbon",
    status: "confirmed",
    title: "Check-up",
    notes: "As it was",
    version: 1,
    createdAt: AT,
    updatedAt: AT,
    updatedBy: { userId: "alice", name: "Alice" },
    ...changes,
  };
}

/** A lock as Bob receives it. */
export function lockOf(owner: "Alice" | "Bob", version: number): Lock {
  const now = Date.now();
  return {
    appointmentId: "a1",
    version,
    userId: owner.toLowerCase(),
    userInfo: { name: owner, email: `${owner.toLowerCase()}@test.test` },
    acquiredAt: new Date(now).toISOString(),
    renewedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 300_000).toISOString(),
    ...(owner === "Bob" && { lockId: `lock-${version}`, sessionId: "tab-of-bob-000001" }),
  };
}

/** The server for one browser. Responds to requests and records them. */
export class FakeBackend {
  appointment = appointment();
  lock: Lock | null = null;
  version = 0;
  signedIn = true;
  /** The session of the next sign-in. */
  session = session;
  /** Calls without a response, and calls that are refused. */
  readonly unanswered = new Set<string>();
  readonly refused = new Set<string>();
  readonly requests: { call: string; body: unknown }[] = [];

  readonly fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.replace("/api", "");
    const text = await request.text();
    const call = `${request.method} ${path}`;
    this.requests.push({ call, body: text ? JSON.parse(text) : null });
    if (this.unanswered.has(call)) return new Promise(() => {});
    const { status, body } = this.respond(call, text ? JSON.parse(text) : {});
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  };

  /** Beacons carry no token, so they work after sign-out too. */
  readonly beacon: Navigator["sendBeacon"] = (_url, text) => {
    if (JSON.parse(String(text)).lockId === this.lock?.lockId) this.release();
    return true;
  };

  sent(call: string): unknown[] {
    return this.requests.filter((request) => request.call === call).map((request) => request.body);
  }

  private respond(call: string, body: Record<string, unknown>): { status: number; body: unknown } {
    const ok = (answer: unknown) => ({ status: 200, body: answer });
    if (call === "POST /auth/signin" || call === "POST /auth/signup") {
      this.signedIn = true;
      return ok(this.session);
    }
    if (!this.signedIn) return problem(401, "UNAUTHENTICATED");
    if (this.refused.has(call)) return problem(403, "FORBIDDEN");
    switch (call) {
      case "POST /auth/ws-ticket":
        return ok({ ticket: "ticket", expiresIn: 30 });
      case "GET /doctors":
        return ok({ items: [], nextCursor: null });
      case "GET /services":
        return ok({ items: [], nextCursor: null });
      case "GET /appointments":
        return ok({ items: [this.appointment], nextCursor: null });
      case "GET /appointments/a1":
        return ok(this.appointment);
      case "GET /appointments/a1/lock-status":
        return ok({
          appointmentId: "a1",
          lock: this.lock,
          version: this.version,
          serverTime: new Date().toISOString(),
        });
      case "POST /appointments/a1/acquire-lock":
        if (this.lock) return problem(409, "LOCKED", { lock: this.lock });
        this.lock = lockOf("Bob", ++this.version);
        return ok({ lock: this.lock });
      case "POST /appointments/a1/release-lock":
        this.release();
        return ok({ appointmentId: "a1", lock: null, version: this.version });
      case "PUT /appointments/a1":
        return this.save(body);
      default:
        return problem(404, "NOT_FOUND");
    }
  }

  private release(): void {
    this.lock = null;
    this.version++;
  }

  private save({ version: known, lockId, ...changes }: Record<string, unknown>) {
    if (this.lock?.lockId !== lockId) return problem(409, "LOCK_LOST", { lock: this.lock });
    const { id, version, updatedAt } = this.appointment;
    if (known !== version) return problem(409, "VERSION_MISMATCH", { current: this.appointment });
    const wrote = { id, version: version + 1, updatedAt, updatedBy: { userId: "bob", name: "Bob" }, ...changes };
    this.appointment = { ...this.appointment, ...wrote };
    return { status: 200, body: wrote };
  }
}

function problem(status: number, code: string, evidence: object = {}) {
  return { status, body: { type: "urn:test", title: code, status, code, detail: `${code}.`, ...evidence } };
}
