import { createMemoryHistory } from "@tanstack/react-router";
import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { colorOf } from "@/components/ui/palette";
import { sessionFrom } from "@/features/accounts/session";
import type { ClientFrame } from "@/lib/realtime/frames";
import { AT, FakeBackend, lockOf, session } from "@/test/fake-backend";
import { ScriptedSocket, ScriptedWebSocket } from "@/test/scripted-socket";
import { App } from "./app";
import { createServices } from "./services";

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
  navigator.sendBeacon = backend.beacon;
  ScriptedSocket.all.length = 0;
});

function open(address: string, { signedIn = true } = {}) {
  const services = createServices({ tabId: "tab-of-bob-000001", fetch: backend.fetch, WebSocket: ScriptedWebSocket });
  services.session.set(signedIn ? sessionFrom(session, Date.now()) : null);
  const history = createMemoryHistory({ initialEntries: [address] });
  render(<App services={services} history={history} />);
  return { user: userEvent.setup(), history };
}

/** Bob has the appointment open and is connected. */
async function openAppointment() {
  const page = open("/appointments/a1");
  await screen.findByRole("heading", { level: 1, name: "Maria Silva" });
  await waitFor(() => ScriptedSocket.last);
  act(() => ScriptedSocket.last.serverOpens());
  await waitFor(() => expect(bar().textContent).not.toContain("Checking"));
  return page;
}

const bar = () => screen.getByRole("region", { name: "Editing" });
const notes = () => screen.getByLabelText<HTMLTextAreaElement>("Notes");

function serverSends(frame: object) {
  act(() => ScriptedSocket.last.serverSends({ appointmentId: "a1", at: AT, ...frame }));
}

function aliceTakesTheLock() {
  backend.version++;
  backend.lock = lockOf("Alice", backend.version);
  serverSends({ type: "lock-acquired", lock: backend.lock, version: backend.version, cause: "acquired" });
}

describe("the facts of an appointment", () => {
  const fact = (term: string) => screen.getByText(term, { selector: "dt" }).nextElementSibling?.textContent;

  it("show a removed service or doctor once the lists are loaded", async () => {
    await openAppointment();
    await waitFor(() => expect(fact("Service")).toBe("No longer offered"));
    expect(fact("Doctor")).toBe("Former doctor");
  });

  it("show that the lists are loading", async () => {
    backend.unanswered.add("GET /services").add("GET /doctors");
    await openAppointment();
    expect(fact("Service")).toBe("loading…");
    expect(fact("Doctor")).toBe("loading…");
  });

  it("show that the lists could not be loaded", async () => {
    backend.refused.add("GET /services").add("GET /doctors");
    await openAppointment();
    await waitFor(() => expect(fact("Service")).toBe("–could not be loaded"));
    expect(fact("Doctor")).toBe("–could not be loaded");
  });
});

describe("Bob, while Alice edits", () => {
  it("sees her name and time left, and read-only fields", async () => {
    await openAppointment();
    aliceTakesTheLock();
    expect(bar().textContent).toContain("Alice is editing.");
    expect(within(bar()).getByRole("timer").textContent).toMatch(/^(5:00|4:59)$/);
    expect(notes().readOnly).toBe(true);
    expect(screen.queryByRole("button", { name: /^Edit/ })).toBeNull();
  });

  it("sees her text after she saves", async () => {
    await openAppointment();
    aliceTakesTheLock();
    backend.appointment = { ...backend.appointment, notes: "From Alice", version: 2 };
    serverSends({ type: "appointment-updated", appointmentVersion: 2, updatedBy: null, changed: ["notes"] });
    await waitFor(() => expect(notes().value).toBe("From Alice"));
  });

  it("can edit after she releases, despite a late frame", async () => {
    const { user } = await openAppointment();
    aliceTakesTheLock();
    const old = backend.lock;
    backend.lock = null;
    backend.version++;
    serverSends({ type: "lock-released", lock: null, version: backend.version, cause: "released" });
    serverSends({ type: "lock-acquired", lock: old, version: backend.version - 1, cause: "acquired" });
    await user.click(screen.getByRole("button", { name: /^Edit/ }));
    await waitFor(() => expect(bar().textContent).toContain("You are editing."));
  });
});

describe("Bob, editing", () => {
  async function editing() {
    const page = await openAppointment();
    await page.user.keyboard("e");
    await waitFor(() => expect(notes().readOnly).toBe(false));
    return page;
  }

  it("starts in the first field", async () => {
    await editing();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Title")));
  });

  it("saves only what he changed, and gives the lock back when done", async () => {
    const { user } = await editing();
    await user.clear(notes());
    await user.type(notes(), "From Bob");
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(bar().textContent).toContain("Saved at"));
    expect(backend.sent("PUT /appointments/a1")).toEqual([{ version: 1, lockId: "lock-1", notes: "From Bob" }]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(backend.sent("POST /appointments/a1/release-lock")).toEqual([{ lockId: "lock-1" }]));
    expect(bar().textContent).toContain("Nobody is editing.");
    expect(notes().value).toBe("From Bob");
  });

  it("rebases his text when a save meets a newer version", async () => {
    const { user } = await editing();
    backend.appointment = { ...backend.appointment, title: "Newer", version: 2 };
    await user.type(notes(), " and mine");
    await user.click(screen.getByRole("button", { name: /^Save/ }));
    await screen.findByText(/was changed in the meantime/);
    expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("Newer");
    await user.click(screen.getByRole("button", { name: /^Save/ }));
    await waitFor(() => expect(backend.appointment.notes).toBe("As it was and mine"));
    const second = { version: 2, lockId: "lock-1", notes: "As it was and mine" };
    expect(backend.sent("PUT /appointments/a1")[1]).toEqual(second);
  });

  it("is asked about unsaved text on Done", async () => {
    const { user } = await editing();
    await user.type(notes(), " and more");
    await user.click(screen.getByRole("button", { name: /^Done/ }));
    const question = await screen.findByRole("alertdialog", { name: "Save your changes?" });
    await user.click(within(question).getByRole("button", { name: "Save and finish" }));
    await waitFor(() => expect(backend.appointment.notes).toBe("As it was and more"));
    await waitFor(() => expect(backend.lock).toBeNull());
  });

  it("is asked about unsaved text when leaving the page", async () => {
    const { user, history } = await editing();
    await user.type(notes(), " and more");
    await user.click(screen.getByRole("button", { name: /^Account/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
    const question = await screen.findByRole("alertdialog", { name: "Leave without saving?" });
    await user.click(within(question).getByRole("button", { name: "Stay" }));
    expect(notes().value).toBe("As it was and more");
    expect(history.location.pathname).toBe("/appointments/a1");
  });

  it("leaves no draft when he signs out without saving", async () => {
    const { user } = await editing();
    await user.type(notes(), " and more");
    await user.click(screen.getByRole("button", { name: /^Account/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
    await user.click(await screen.findByRole("button", { name: "Leave without saving" }));
    await screen.findByRole("heading", { name: "Sign in" });
    expect(sessionStorage).toHaveLength(0);
  });

  it("keeps his draft when the lock is taken over", async () => {
    const { user } = await editing();
    await user.type(notes(), " and unsaved");
    aliceTakesTheLock();
    expect(bar().textContent).toContain("You are no longer editing: Alice took over");
    const kept = screen.getByRole("region", { name: "Your unsaved text is safe" });
    expect(kept.textContent).toContain("As it was and unsaved");
    expect(notes().value).toBe("As it was");
    expect(within(kept).queryByRole("button", { name: "Edit again with my text" })).toBeNull();
    await user.click(within(kept).getByRole("button", { name: "Discard" }));
    expect(bar().textContent).toContain("Alice is editing.");
  });

  it("keeps his draft when a save is refused, and resumes it", async () => {
    const { user } = await editing();
    await user.type(notes(), " and unsaved");
    await user.type(screen.getByLabelText("Patient phone"), "123");
    backend.lock = null;
    await user.click(screen.getByRole("button", { name: /^Save/ }));
    await user.click(await screen.findByRole("button", { name: "Edit again with my text" }));
    await waitFor(() => expect(notes().value).toBe("As it was and unsaved"));
    expect(screen.getByLabelText<HTMLInputElement>("Patient phone").value).toBe("123");
    expect(bar().textContent).toContain("Your changes are not saved yet.");
  });
});

describe("Bob, beside Alice", () => {
  const alice = { userId: "alice", userInfo: { name: "Alice", email: "alice@test.test" } };
  const list = () => screen.queryByRole("list", { name: "Also here" });
  const sentFrames = (action: string) =>
    ScriptedSocket.last.sent.filter((frame) => (frame as ClientFrame).action === action);

  async function besideAlice() {
    const page = await openAppointment();
    serverSends({
      type: "snapshot",
      lock: null,
      version: 0,
      appointmentVersion: 1,
      serverTime: AT,
      presence: [
        { ...alice, state: "viewing" },
        { userId: "bob", userInfo: { name: "Bob", email: "bob@test.test" }, state: "viewing" },
      ],
    });
    return page;
  }

  it("sees her presence until she leaves, and not himself", async () => {
    await besideAlice();
    expect(within(list() as HTMLElement).getAllByRole("listitem")).toHaveLength(1);
    expect(list()?.textContent).toContain("Alice is viewing");
    serverSends({ type: "presence-update", ...alice, state: "editing" });
    expect(list()?.textContent).toContain("Alice is editing");
    serverSends({ type: "presence-update", ...alice, state: "left" });
    expect(list()).toBeNull();
  });

  it("sees a few of many peers, with all names for screen readers", async () => {
    await besideAlice();
    for (const name of ["Fay", "Eve", "Dan", "Cem"]) {
      const userInfo = { name, email: `${name}@test.test` };
      serverSends({ type: "presence-update", userId: name, userInfo, state: "idle" });
    }
    expect(within(list() as HTMLElement).getAllByRole("listitem")).toHaveLength(4);
    expect(within(list() as HTMLElement).getByText("and 2 more")).toBeTruthy();
    expect(list()?.textContent).toContain("Eve is idle, Fay is idle");
  });

  it("sees her pointer in her avatar's colour until she leaves", async () => {
    await besideAlice();
    const form = screen.getByRole("form", { name: "Appointment" });
    serverSends({ type: "cursor-update", ...alice, position: { x: 0.5, y: 0.25 }, color: "#b3255a" });
    expect(within(form).getByText("Alice").closest("[aria-hidden]")).toBeTruthy();
    expect(form.innerHTML).toContain("translate(50cqw, 25cqh)");
    expect(form.innerHTML).toContain(`color: ${colorOf("alice")}`);
    expect(list()?.innerHTML).toContain(`background: ${colorOf("alice")}`);
    serverSends({ type: "presence-update", ...alice, state: "left" });
    expect(within(form).queryByText("Alice")).toBeNull();
  });

  it("sends his pointer only while she is there", async () => {
    const { user } = await openAppointment();
    const form = screen.getByRole("form", { name: "Appointment" });
    form.getBoundingClientRect = () => new DOMRect(100, 100, 200, 400);
    const pointAt = (clientX: number, clientY: number) => user.pointer({ target: form, coords: { clientX, clientY } });
    await pointAt(140, 190);
    expect(sentFrames("cursor-position")).toEqual([]);
    serverSends({ type: "presence-update", ...alice, state: "viewing" });
    await pointAt(150, 200);
    const position = { x: 0.25, y: 0.25 };
    expect(sentFrames("cursor-position")).toEqual([{ action: "cursor-position", appointmentId: "a1", position }]);
  });

  it("publishes when he edits and when he stops", async () => {
    const { user } = await besideAlice();
    await user.keyboard("e");
    await waitFor(() => expect(notes().readOnly).toBe(false));
    await user.keyboard("{Escape}");
    await waitFor(() =>
      expect(sentFrames("presence")).toEqual([
        { action: "presence", appointmentId: "a1", state: "editing" },
        { action: "presence", appointmentId: "a1", state: "viewing" },
      ]),
    );
  });
});

describe("the day", () => {
  async function openDay() {
    open("/appointments?date=2026-11-21");
    await screen.findByRole("link", { name: /Maria Silva/ });
    act(() => ScriptedSocket.last.serverOpens());
    expect(ScriptedSocket.last.sent).toEqual([{ action: "subscribe-calendar" }]);
  }
  const isRenamed = (name: string) => {
    backend.appointment = { ...backend.appointment, patient: { ...backend.appointment.patient, name } };
  };

  it("is refetched when its calendar is subscribed", async () => {
    await openDay();
    isRenamed("Ana Costa");
    serverSends({ type: "calendar-subscribed", doctorId: null });
    await screen.findByRole("link", { name: /Ana Costa/ });
  });

  it("is refetched for a change, but not for one of another day", async () => {
    await openDay();
    isRenamed("Ana Costa");
    const slot = { type: "slot-updated", doctorId: "d1", state: "booked" };
    serverSends({ ...slot, start: "2026-11-22T09:00:00Z", end: "2026-11-22T09:30:00Z" });
    expect(backend.sent("GET /appointments")).toHaveLength(1);
    serverSends({ type: "appointment-updated", appointmentVersion: 2, changed: ["patient"] });
    await screen.findByRole("link", { name: /Ana Costa/ });
  });

  it("is refetched once for many changes", async () => {
    await openDay();
    for (let version = 2; version < 50; version++) {
      serverSends({ type: "appointment-updated", appointmentVersion: version, changed: ["patient"] });
    }
    await waitFor(() => expect(backend.sent("GET /appointments")).toHaveLength(2));
  });
});

it("edits and saves without a live connection", async () => {
  backend.refused.add("POST /auth/ws-ticket");
  const { user } = open("/appointments/a1");
  await user.click(await screen.findByRole("button", { name: /^Edit/ }));
  await waitFor(() => expect(notes().readOnly).toBe(false));
  await user.type(notes(), " and more");
  await user.click(screen.getByRole("button", { name: /^Save/ }));
  await waitFor(() => expect(backend.appointment.notes).toBe("As it was and more"));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(backend.lock).toBeNull());
  expect(ScriptedSocket.all).toEqual([]);
});

describe("Bob, whose session ends while he edits", () => {
  async function signedOutWithText() {
    const page = await openAppointment();
    await page.user.keyboard("e");
    await waitFor(() => expect(notes().readOnly).toBe(false));
    await page.user.type(notes(), " and unsaved");
    backend.signedIn = false;
    await page.user.click(screen.getByRole("button", { name: /^Save/ }));
    await screen.findByRole("heading", { name: "Sign in" });
    await waitFor(() => expect(backend.lock).toBeNull());
    return page;
  }

  async function signIn(user: UserEvent) {
    await user.type(await screen.findByLabelText("Email"), "someone@test.test");
    await user.type(screen.getByLabelText("Password"), "a good password");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await screen.findByRole("heading", { level: 1, name: "Maria Silva" });
  }

  const safeText = () => screen.queryByRole("region", { name: "Your unsaved text is safe" });

  it("finds his draft after signing in again, and saves it", async () => {
    const { user, history } = await signedOutWithText();
    await signIn(user);
    expect(history.location.pathname).toBe("/appointments/a1");
    expect(safeText()?.textContent).toContain("As it was and unsaved");
    await user.click(await screen.findByRole("button", { name: "Edit again with my text" }));
    await waitFor(() => expect(notes().value).toBe("As it was and unsaved"));
    await user.click(screen.getByRole("button", { name: /^Save/ }));
    await waitFor(() => expect(backend.appointment.notes).toBe("As it was and unsaved"));
    await waitFor(() => expect(sessionStorage).toHaveLength(0));
  });

  it("sees that the appointment was saved meanwhile", async () => {
    const { user } = await signedOutWithText();
    backend.appointment = { ...backend.appointment, notes: "From Alice", version: 2 };
    await signIn(user);
    expect(safeText()?.textContent).toContain("was saved since you typed it");
  });

  it("finds no draft after discarding it", async () => {
    const { user } = await signedOutWithText();
    await signIn(user);
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(safeText()).toBeNull();
    expect(sessionStorage).toHaveLength(0);
  });

  it("has his draft hidden from the next member", async () => {
    const { user } = await signedOutWithText();
    backend.session = { ...session, user: { ...session.user, id: "alice", name: "Alice" } };
    await signIn(user);
    expect(safeText()).toBeNull();
    expect(notes().value).toBe("As it was");
  });
});

describe("a signed-out visitor", () => {
  it("returns to the same page after signing in", async () => {
    const { user, history } = open("/appointments?date=2026-11-21", { signedIn: false });
    await user.type(await screen.findByLabelText("Email"), "bob@test.test");
    await user.type(screen.getByLabelText("Password"), "a good password");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await screen.findByRole("link", { name: /Maria Silva/ });
    expect(history.location.href).toBe("/appointments?date=2026-11-21");
  });

  it("is asked to sign in when the session has ended", async () => {
    backend.signedIn = false;
    const { history } = open("/appointments/a1");
    await screen.findByRole("heading", { name: "Sign in" });
    expect(history.location.href).toBe("/sign-in?next=%2Fappointments%2Fa1");
    expect(localStorage.getItem("holdfast.session")).toBeNull();
  });

  it("has no return address after signing out by choice", async () => {
    const { user, history } = await openAppointment();
    await user.click(screen.getByRole("button", { name: /^Account/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
    await screen.findByRole("heading", { name: "Sign in" });
    expect(history.location.href).toBe("/sign-in");
    expect(localStorage.getItem("holdfast.session")).toBeNull();
  });

  it("is never redirected to another site", async () => {
    const { history } = open("/sign-in?next=%2F%2Fevil.test");
    await screen.findByRole("link", { name: /Maria Silva/ });
    expect(history.location.pathname).toBe("/appointments");
  });
});
