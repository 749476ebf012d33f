import { createMemoryHistory } from "@tanstack/react-router";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { sessionFrom } from "@/features/accounts/session";
import { session } from "@/test/fake-backend";
import { problem } from "@/test/fake-public-backend";
import { FakeStaffBackend, slotTaken } from "@/test/fake-staff-backend";
import { ScriptedSocket, ScriptedWebSocket } from "@/test/scripted-socket";
import { App } from "./app";
import { createServices } from "./services";

let backend: FakeStaffBackend;

beforeEach(() => {
  backend = new FakeStaffBackend();
  navigator.sendBeacon = backend.backend.beacon;
  ScriptedSocket.all.length = 0;
});

function open(address: string) {
  const services = createServices({ tabId: "tab-of-bob-000001", fetch: backend.fetch, WebSocket: ScriptedWebSocket });
  services.session.set(sessionFrom(session, Date.now()));
  const history = createMemoryHistory({ initialEntries: [address] });
  render(<App services={services} history={history} />);
  return { user: userEvent.setup(), history };
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const change = (label: string, value: string) => fireEvent.change(field(label), { target: { value } });
const saves = () => backend.backend.sent("PUT /appointments/a1");

describe("Bob, moving an appointment", () => {
  async function editing() {
    const page = open("/appointments/a1");
    await page.user.click(await screen.findByRole("button", { name: /^Edit/ }));
    await waitFor(() => expect(field("Notes").readOnly).toBe(false));
    return page;
  }
  const save = (user: ReturnType<typeof userEvent.setup>) => user.click(screen.getByRole("button", { name: /^Save/ }));

  it("sees the time and zone before he edits", async () => {
    open("/appointments/a1");
    await screen.findByRole("button", { name: /^Edit/ });
    expect(field("Date").value).toBe("2026-11-21");
    expect(field("Start").value).toBe("09:00");
    expect(field("Start").readOnly).toBe(true);
    expect(screen.getByText("Lisbon time (Europe/Lisbon).")).toBeTruthy();
    expect(await screen.findByDisplayValue("Dr. Ana Reis")).toBeTruthy();
  });

  it("saves the new time as instants, with the same length", async () => {
    const { user } = await editing();
    change("Date", "2026-11-24");
    change("Start", "14:15");
    expect(await screen.findByText(/^Until 14:45/)).toBeTruthy();
    await save(user);
    await waitFor(() => expect(saves()).toHaveLength(1));
    const [startsAt, endsAt] = ["2026-11-24T14:15:00Z", "2026-11-24T14:45:00Z"];
    expect(saves()).toEqual([{ version: 1, lockId: "lock-1", startsAt, endsAt }]);
  });

  it("changes the doctor, and types in the doctor's zone", async () => {
    const { user } = await editing();
    await user.selectOptions(await screen.findByRole("combobox", { name: "Doctor" }), "Dr. Ben Ode");
    await user.selectOptions(screen.getByRole("combobox", { name: "Time zone" }), "New York time");
    expect(field("Start").value).toBe("04:00");
    await save(user);
    await waitFor(() => expect(saves()).toEqual([{ version: 1, lockId: "lock-1", doctorId: "d2" }]));
  });

  it("sees a conflict, and chooses an alternative", async () => {
    const { user } = await editing();
    await user.type(field("Notes"), " and mine");
    change("Date", "2026-11-24");
    backend.nextResponse.set("PUT /appointments/a1", slotTaken());
    await save(user);
    const alert = (await screen.findByText("This time is taken")).closest("[role=alert]") as HTMLElement;
    await waitFor(() => expect(alert.textContent).toContain("Dr. Ana Reis is booked from 09:00 to 09:30."));
    await waitFor(() => expect(alert.textContent).toContain("Room 1 is booked from 09:00 to 09:30."));
    const link = within(alert).getByRole<HTMLAnchorElement>("link");
    expect([link.pathname, link.target]).toEqual(["/appointments/a7", "_blank"]);
    expect(within(alert).getByRole("button", { name: /11:00, Dr. Ben Ode$/ })).toBeTruthy();

    await user.click(within(alert).getByRole("button", { name: /10:30$/ }));
    expect(screen.queryByText("This time is taken")).toBeNull();
    expect(field("Start").value).toBe("10:30");
    expect(document.activeElement).toBe(field("Start"));
    expect(field("Notes").value).toBe("As it was and mine");
    await save(user);
    await waitFor(() => expect(backend.backend.appointment.startsAt).toBe("2026-11-24T10:30:00Z"));
    expect(backend.backend.appointment.notes).toBe("As it was and mine");
  });

  it("sees at once that clocks skip a time", async () => {
    const { user } = await editing();
    change("Date", "2026-03-29");
    change("Start", "01:30");
    expect(await screen.findByText(/In Lisbon clocks skip 01:30/)).toBeTruthy();
    expect(field("Start").getAttribute("aria-invalid")).toBe("true");
    await save(user);
    expect(saves()).toEqual([]);
  });

  it("selects one of two times when clocks are put back", async () => {
    const { user } = await editing();
    change("Date", "2026-10-25");
    change("Start", "01:30");
    await user.click(await screen.findByRole("radio", { name: /^01:30, the second time/ }));
    await save(user);
    await waitFor(() => expect(saves()[0]).toMatchObject({ startsAt: "2026-10-25T01:30:00Z" }));
  });

  it("sees a validation error beside the field", async () => {
    const { user } = await editing();
    change("Minutes", "45");
    const errors = [{ field: "endsAt", message: "is too late" }];
    backend.nextResponse.set("PUT /appointments/a1", problem(422, "VALIDATION", { errors }));
    await save(user);
    await screen.findByText("Is too late.");
    expect(field("Minutes").getAttribute("aria-invalid")).toBe("true");
    expect(field("Minutes").value).toBe("45");
  });
});

describe("Bob, creating an appointment", () => {
  const slot = { doctorId: "d1", start: "2026-11-24T10:30:00Z", end: "2026-11-24T11:00:00Z" };
  const book = () => screen.getByRole("button", { name: /^Book appointment/ });

  async function openNewAppointment() {
    const page = open("/appointments?date=2026-11-24&doctor=d1");
    await screen.findByRole("link", { name: /^New appointment/ });
    await page.user.keyboard("n");
    await screen.findByRole("heading", { level: 1, name: "New appointment" });
    return page;
  }
  async function fillForm(user: ReturnType<typeof userEvent.setup>) {
    await screen.findByRole("option", { name: "Check-up" });
    await user.selectOptions(screen.getByRole("combobox", { name: "Service" }), "Check-up");
    await user.type(field("Patient name"), "Ana Costa");
    await user.type(field("Patient email"), "ana@test.test");
  }
  const patient = { name: "Ana Costa", email: "ana@test.test", phone: "" };
  const form = { doctorId: "d1", serviceId: "s1", patient, notes: "" };

  it("chooses a free time, and opens the appointment", async () => {
    backend.slots = [slot];
    const { user, history } = await openNewAppointment();
    expect(history.location.href).toBe("/appointments/new?date=2026-11-24&doctor=d1");
    await fillForm(user);
    const times = await screen.findByRole("region", { name: "Free times" });
    await user.click(within(times).getByRole("button", { name: "10:30 with Dr. Ana Reis" }));
    expect(field("Start").value).toBe("10:30");
    await user.click(book());
    await screen.findByRole("heading", { level: 1, name: "Ana Costa" });
    expect(history.location.pathname).toBe("/appointments/a1");
    expect(backend.created).toEqual([{ ...form, startsAt: slot.start, endsAt: slot.end }]);
    const asked = backend.requestedUrls.find(({ pathname }) => pathname.endsWith("/availability"));
    expect(Object.fromEntries(asked?.searchParams ?? [])).toMatchObject({
      serviceId: "s1",
      doctorIds: "d1",
      from: "2026-11-24T00:00:00Z",
    });
  });

  it("may type a time outside working hours", async () => {
    backend.workingTime = [{ start: "2026-11-24T09:00:00Z", end: "2026-11-24T17:00:00Z" }];
    const { user } = await openNewAppointment();
    await fillForm(user);
    change("Start", "07:10");
    await screen.findByText(/Not all of this is working time of Dr. Ana Reis, who works 09:00–17:00/);
    await user.click(book());
    await screen.findByRole("heading", { level: 1, name: "Ana Costa" });
    expect(backend.created[0]).toMatchObject({ startsAt: "2026-11-24T07:10:00Z", endsAt: "2026-11-24T07:40:00Z" });
  });

  it("sees a conflict, and keeps his text", async () => {
    const { user } = await openNewAppointment();
    await fillForm(user);
    change("Start", "09:00");
    backend.nextResponse.set("POST /appointments", slotTaken());
    await user.click(book());
    await user.click(await screen.findByRole("button", { name: /11:00, Dr. Ben Ode$/ }));
    expect(field("Patient name").value).toBe("Ana Costa");
    await user.click(book());
    await waitFor(() =>
      expect(backend.created).toEqual([
        { ...form, doctorId: "d2", startsAt: "2026-11-24T11:00:00Z", endsAt: "2026-11-24T11:30:00Z" },
      ]),
    );
  });

  it("sees which fields are missing", async () => {
    const { user } = await openNewAppointment();
    await user.click(book());
    for (const sentence of ["Choose a service.", "Enter a date and a time.", "Enter the patient's name."]) {
      expect(await screen.findByText(sentence)).toBeTruthy();
    }
    expect(backend.created).toEqual([]);
  });

  it("is asked before his text is discarded", async () => {
    const { user } = await openNewAppointment();
    await user.type(field("Patient name"), "Ana");
    await user.click(screen.getByRole("link", { name: "Cancel" }));
    const question = await screen.findByRole("alertdialog", { name: "Leave without saving?" });
    await user.click(within(question).getByRole("button", { name: "Leave without saving" }));
    await screen.findByRole("link", { name: /^New appointment/ });
  });

  it("finds his text again after the session ended", async () => {
    const { user } = await openNewAppointment();
    await fillForm(user);
    change("Start", "09:00");
    backend.backend.signedIn = false;
    backend.nextResponse.set("POST /appointments", problem(401, "UNAUTHENTICATED"));
    await user.click(book());
    await user.type(await screen.findByLabelText("Email"), "bob@test.test");
    await user.type(screen.getByLabelText("Password"), "a good password");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await screen.findByRole("heading", { level: 1, name: "New appointment" });
    expect(screen.getByText("What you typed before your session ended is here again")).toBeTruthy();
    expect(field("Patient name").value).toBe("Ana Costa");
    expect(field("Start").value).toBe("09:00");
    await user.click(book());
    await screen.findByRole("heading", { level: 1, name: "Ana Costa" });
    await waitFor(() => expect(sessionStorage).toHaveLength(0));
  });
});

it("strikes out a cancelled appointment in the day's list", async () => {
  backend.backend.appointment = { ...backend.backend.appointment, status: "cancelled" };
  open("/appointments?date=2026-11-21");
  const row = await screen.findByRole("link", { name: /Maria Silva/ });
  expect(within(row).getByText("Cancelled")).toBeTruthy();
  expect(within(row).getByText("Maria Silva").className).toContain("line-through");
});
