import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, FakePublicBackend, MANAGE_TOKEN, managedOf, problem } from "@/test/fake-public-backend";
import { ScriptedWebSocket } from "@/test/scripted-socket";
import { App } from "./app";
import { createServices } from "./services";

const NINE = at("d2", "2026-11-23T14:00:00Z");
const LATER = at("d2", "2026-11-23T16:00:00Z");
const RESCHEDULE = `POST /public/bookings/${MANAGE_TOKEN}/reschedule`;
const CANCEL = `POST /public/bookings/${MANAGE_TOKEN}/cancel`;

let backend: FakePublicBackend;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-22T08:00:00Z"), toFake: ["Date"] });
  backend = new FakePublicBackend();
  backend.slots = [LATER, at("d2", "2026-11-24T16:00:00Z")];
  backend.managed = managedOf(NINE);
});

afterEach(() => {
  vi.useRealTimers();
});

async function open(heading: string, address = `/b/${MANAGE_TOKEN}`) {
  const services = createServices({ tabId: "tab-of-a-visitor-1", fetch: backend.fetch, WebSocket: ScriptedWebSocket });
  const history = createMemoryHistory({ initialEntries: [address] });
  render(<App services={services} history={history} />);
  await screen.findByRole("heading", { level: 1, name: heading });
  return { user: userEvent.setup(), history };
}

const facts = () => screen.getByRole("list", { name: "What is booked" }).textContent;
const press = (name: string) => screen.findByRole("button", { name });

describe("a patient's own page", () => {
  it("shows the booking in both zones, and until when it can be changed", async () => {
    await open("Your appointment");
    expect(facts()).toMatch(/Monday.* at 09:00until 09:30, New York time/);
    expect(facts()).toContain("Check-up, 30 min");
    expect(facts()).toContain("Dr. Ben Ode");
    expect(facts()).toContain("for Maria Silva");
    expect(screen.getByText(/change or cancel it here until Monday.* at 08:00/)).toBeTruthy();
  });

  it("is not found with another token", async () => {
    await open("There is no appointment at this address", "/b/t1~a1~wrong");
  });

  it("cancels after a confirmation", async () => {
    const { user } = await open("Your appointment");
    await user.click(await press("Cancel the appointment"));
    await user.click(await press("Keep it"));
    expect(backend.sent(CANCEL)).toEqual([]);
    await user.click(await press("Cancel the appointment"));
    await user.click(await press("Yes, cancel it"));
    await screen.findByRole("heading", { name: "This appointment is cancelled" });
    expect(screen.queryByRole("link", { name: "Add to my calendar" })).toBeNull();
    expect(screen.getByRole("link", { name: "Book another appointment" }).getAttribute("href")).toBe("/p/harbour");
  });

  it("explains why it could not be cancelled", async () => {
    backend.nextResponse.set(CANCEL, problem(409, "TOO_LATE", { detail: "It can no longer be changed." }));
    const { user } = await open("Your appointment");
    await user.click(await press("Cancel the appointment"));
    await user.click(await press("Yes, cancel it"));
    expect((await screen.findByRole("alert")).textContent).toBe("It can no longer be changed.");
  });

  it("offers no change after the cutoff", async () => {
    backend.managed = { ...managedOf(NINE), canChange: false };
    await open("Your appointment");
    expect(screen.queryByRole("button", { name: /Cancel|Change/ })).toBeNull();
    expect(screen.getByText(/please call Harbour Practice/)).toBeTruthy();
  });

  it("moves the booking to another time", async () => {
    const { user, history } = await open("Your appointment");
    await user.click(await press("Change the time"));
    await screen.findByRole("heading", { name: "When instead?" });
    await user.selectOptions(await screen.findByLabelText("Time zone"), "America/New_York");
    await user.click(await press("11:00"));
    await user.click(await press("Move it"));
    await screen.findByRole("heading", { name: "Your appointment" });
    expect(backend.sent(RESCHEDULE).map(({ body }) => body)).toEqual([{ start: LATER.start, doctorId: "d2" }]);
    await waitFor(() => expect(facts()).toContain("at 11:00"));
    expect(history.location.pathname).toBe(`/b/${MANAGE_TOKEN}`);
  });

  it("offers alternatives when the other time was taken", async () => {
    const { user } = await open("When instead?", `/b/${MANAGE_TOKEN}?step=moving&zone=America%2FNew_York`);
    const alternatives = [at("d2", "2026-11-24T16:00:00Z")];
    backend.nextResponse.set(RESCHEDULE, problem(409, "SLOT_TAKEN", { alternatives }));
    await user.click(await press("11:00"));
    await user.click(await press("Move it"));
    const alert = await screen.findByRole("alert");
    await user.click(within(alert).getByRole("button", { name: /11:00/ }));
    await user.click(await press("Move it"));
    await screen.findByRole("heading", { name: "Your appointment" });
    expect(backend.managed?.appointment.startsAt).toBe("2026-11-24T16:00:00Z");
  });
});
