import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { sessionFrom } from "@/features/accounts/session";
import { session } from "@/test/fake-backend";
import { adminSession, FakeSetupBackend } from "@/test/fake-setup-backend";
import { ScriptedWebSocket } from "@/test/scripted-socket";
import { App } from "./app";
import { createServices } from "./services";

let backend: FakeSetupBackend;

beforeEach(() => {
  backend = new FakeSetupBackend();
});

function open(address: string, as = adminSession) {
  const services = createServices({ tabId: "tab-of-dana-000001", fetch: backend.fetch, WebSocket: ScriptedWebSocket });
  services.session.set(sessionFrom(as, Date.now()));
  const history = createMemoryHistory({ initialEntries: [address] });
  render(<App services={services} history={history} />);
  return { user: userEvent.setup(), history };
}

const press = (name: string | RegExp) => screen.findByRole("button", { name });
const form = (name: string) => screen.findByRole("form", { name });

describe("setting up a practice", () => {
  it("is in an admin's menu", async () => {
    const { user, history } = open("/appointments/a1");
    await user.click(await press(/^Account/));
    await user.click(await screen.findByRole("menuitem", { name: "Set up the practice" }));
    await screen.findByRole("heading", { level: 1, name: "Set-up" });
    expect(history.location.pathname).toBe("/setup/doctors");
  });

  it("is refused to staff", async () => {
    open("/setup/doctors", session);
    await screen.findByRole("heading", { name: "Only admins set up the practice" });
    expect(backend.requests).toEqual([]);
  });

  it("changes a doctor's hours, and lists the conflicts", async () => {
    backend.conflicts = [{ appointmentId: "a1", start: "2026-11-23T16:30:00Z", end: "2026-11-23T17:00:00Z" }];
    const { user } = open("/setup/doctors");
    await user.click(await press(/Dr. Ana Reis/));
    const editor = await form("Dr. Ana Reis");
    const until = within(editor).getByLabelText<HTMLInputElement>("Monday, working hours: until");
    expect(until.value).toBe("17:00");
    await user.clear(until);
    await user.type(until, "16:00");
    await user.click(within(editor).getByRole("button", { name: "Add breaks on Monday" }));
    await user.click(within(editor).getByRole("button", { name: "Add a date" }));
    await user.type(within(editor).getByLabelText("Date 1"), "2026-12-24");
    await user.click(within(editor).getByRole("button", { name: "Save" }));
    const conflicts = await screen.findByRole("region", { name: "Booked outside working time" });
    expect(within(conflicts).getByRole("link").getAttribute("href")).toBe("/appointments/a1");
    expect(backend.sent("PATCH /doctors/d1")[0]).toMatchObject({
      workingHours: [{ weekday: 1, start: "09:00", end: "16:00" }],
      breaks: [{ weekday: 1, start: "12:00", end: "13:00" }],
      exceptions: [{ date: "2026-12-24", closed: true }],
      serviceIds: ["s1"],
    });
  });

  it("shows an invalid hour beside its field", async () => {
    const { user } = open("/setup/doctors?item=d1");
    const until = await screen.findByLabelText("Monday, working hours: until");
    await user.clear(until);
    await user.type(until, "08:00");
    await user.click(await press("Save"));
    await screen.findByText("The end must be later than the start.");
    expect(backend.sent("PATCH /doctors/d1")).toEqual([]);
  });

  it("adds a service that needs a room", async () => {
    const { user, history } = open("/setup/services");
    await user.click(await press("Add a service"));
    const editor = await form("A new service");
    await user.type(within(editor).getByLabelText("Name"), "Filling");
    await user.click(await within(editor).findByRole("button", { name: "Add a need" }));
    await user.click(within(editor).getByLabelText("Room 1"));
    await user.click(within(editor).getByRole("button", { name: "Save" }));
    await form("Filling");
    expect(backend.sent("POST /services")[0]).toMatchObject({
      name: "Filling",
      durationMinutes: 30,
      price: null,
      needs: [{ anyOf: ["r1"] }],
    });
    expect(history.location.search).toEqual("?item=services-2");
  });

  it("removes a room after a confirmation", async () => {
    const { user } = open("/setup/rooms?item=r1");
    await user.click(await press("Remove"));
    const question = await screen.findByRole("alertdialog", { name: "Remove Room 1?" });
    await user.click(within(question).getByRole("button", { name: "Remove" }));
    await screen.findByText(/There are none/);
  });

  it("saves the booking rules, and shows the booking page's address", async () => {
    const { user } = open("/setup/booking");
    const days = await screen.findByLabelText("How far ahead, in days");
    await user.clear(days);
    await user.type(days, "30");
    await user.click(await press("Save"));
    await waitFor(() => expect(backend.rules.horizonDays).toBe(30));
    const address = screen.getByLabelText<HTMLInputElement>("Address of the booking page");
    expect(address.value).toMatch(/\/p\/practice$/);
  });
});
