import { createMemoryHistory } from "@tanstack/react-router";
import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, FakePublicBackend, MANAGE_TOKEN, problem } from "@/test/fake-public-backend";
import { ScriptedSocket, ScriptedWebSocket } from "@/test/scripted-socket";
import { App } from "./app";
import { createServices } from "./services";

const NOW = "2026-11-22T08:00:00Z";
const NINE = "2026-11-23T09:00:00Z";
const HALF_PAST = "2026-11-23T09:30:00Z";
const TIMES = "/p/harbour?service=s1&doctor=any&zone=Europe%2FLisbon";

let backend: FakePublicBackend;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse(NOW), toFake: ["Date"] });
  backend = new FakePublicBackend();
  backend.slots = [
    at("d1", NINE),
    at("d2", NINE),
    at("d1", HALF_PAST),
    at("d1", "2026-11-23T13:00:00Z"),
    at("d2", "2026-11-23T18:00:00Z"),
    at("d1", "2026-11-26T10:00:00Z"),
  ];
  ScriptedSocket.all.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

function open(address: string) {
  const services = createServices({ tabId: "tab-of-a-visitor-1", fetch: backend.fetch, WebSocket: ScriptedWebSocket });
  const history = createMemoryHistory({ initialEntries: [address] });
  const { unmount } = render(<App services={services} history={history} />);
  return { user: userEvent.setup(), history, unmount };
}

const heading = (name: string) => screen.findByRole("heading", { level: 1, name });
const time = (name: string) => screen.findByRole("button", { name });
const announced = (text: string | RegExp) => waitFor(() => expect(liveRegion()).toMatch(text));
const liveRegion = () => document.querySelector("[aria-live=polite]")?.textContent ?? "";

async function fill(user: UserEvent, { name = "Maria Silva", email = "maria@test.test" } = {}) {
  await user.type(screen.getByLabelText("Name"), name);
  await user.type(screen.getByLabelText("Email"), email);
}

/** The visitor has chosen nine o'clock and sees the form. */
async function openDetails() {
  const page = open(TIMES);
  await page.user.click(await time("09:00"));
  await heading("Your details");
  return page;
}

describe("a patient", () => {
  it("books a service, doctor and time, and gets a link and a calendar file", async () => {
    const { user, history } = open("/p/harbour");
    await heading("What would you like to book?");
    expect(screen.queryByText("Nobody does this")).toBeNull();
    await user.click(screen.getByRole("button", { name: /Check-up 30 min 60 €/ }));
    await heading("With whom?");
    await user.click(screen.getByRole("button", { name: /Dr. Ana Reis/ }));
    await heading("When?");
    await user.selectOptions(await screen.findByLabelText("Time zone"), "Europe/Lisbon");
    await user.click(await time("09:30"));
    await heading("Your details");
    await fill(user);
    await user.type(screen.getByLabelText(/What should the practice know/), "Stairs are hard");
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await heading("You are booked");

    const [asked] = backend.sent("POST /public/harbour/bookings");
    expect(asked?.body).toEqual({
      holdId: "hold-1",
      holdToken: "token-of-hold-1",
      patient: { name: "Maria Silva", email: "maria@test.test", phone: "" },
      notes: "Stairs are hard",
      timeZone: "Europe/Lisbon",
    });
    expect(asked?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
    const file = screen.getByRole("link", { name: "Add to my calendar" });
    expect(file.getAttribute("href")).toMatch(`/api/public/bookings/${MANAGE_TOKEN}/calendar.ics`);
    expect(history.location.pathname).toBe(`/b/${MANAGE_TOKEN}`);
    expect(screen.getByRole("region", { name: "Your link" })).toBeTruthy();
    expect(backend.requests.some(({ call }) => call.startsWith("DELETE"))).toBe(false);
  });

  it("skips the doctor step if there is one doctor", async () => {
    const { user } = open("/p/harbour");
    await user.click(await screen.findByRole("button", { name: /Long talk 1 h 30 min/ }));
    await heading("When?");
    expect(screen.queryByRole("button", { name: "Change the doctor" })).toBeNull();
  });

  it("sees times by part of the day, and days with times", async () => {
    open(TIMES);
    await time("09:00");
    expect(screen.getAllByRole("button", { name: "09:00" })).toHaveLength(1);
    const parts = ["Morning", "Afternoon", "Evening"].map((name) => screen.getByRole("region", { name }));
    expect(parts.map((part) => within(part).getAllByRole("listitem").length)).toEqual([2, 1, 1]);
    expect(screen.getByRole("button", { name: /Monday.* 4 times/ }).getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByRole("button", { name: /Tuesday.* no times/ })).toBeTruthy();
  });

  it("goes from an empty day to the next free time", async () => {
    const { user } = open(`${TIMES}&date=2026-11-24`);
    await user.click(await screen.findByRole("button", { name: /^Go to Monday/ }));
    await time("09:00");
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/^Monday/));
  });

  it("holds the next free time with one press", async () => {
    const { user } = open(TIMES);
    await user.click(await screen.findByRole("button", { name: /^Next free time/ }));
    await heading("Your details");
    expect(backend.held.get("hold-1")).toEqual(at("d1", NINE));
  });

  it("chooses the zone of the times", async () => {
    const { user } = open(TIMES);
    await time("09:00");
    await user.selectOptions(screen.getByLabelText("Time zone"), "Asia/Tokyo");
    await time("18:00");
    expect(screen.getByText(/It is now 08:00 in Lisbon/)).toBeTruthy();
  });

  it("sees a notice for an unknown practice", async () => {
    open("/p/nowhere");
    await heading("There is no practice at this address");
  });
});

describe("a chosen time", () => {
  it("is held with the next doctor if the first is taken", async () => {
    const { user } = open(TIMES);
    await time("09:00");
    backend.held.set("other", at("d1", NINE));
    await user.click(await time("09:00"));
    await heading("Your details");
    expect(backend.held.get("hold-1")?.doctorId).toBe("d2");
  });

  it("offers alternatives if it is taken", async () => {
    const { user } = open(TIMES);
    await time("09:30");
    backend.held.set("other", at("d1", HALF_PAST));
    await user.click(await time("09:30"));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("has just been taken by someone else");
    await user.click(within(alert).getAllByRole("button")[0] as HTMLElement);
    await heading("Your details");
  });

  it("can be requested again after a network failure", async () => {
    backend.nextResponse.set("POST /public/harbour/holds", "offline");
    const { user } = open(TIMES);
    await user.click(await time("09:00"));
    await user.click(await screen.findByRole("button", { name: "Try again" }));
    await heading("Your details");
  });

  it("is released on the way back, and offered again", async () => {
    const { user } = await openDetails();
    await user.click(screen.getByRole("button", { name: "Another time" }));
    await heading("When?");
    await waitFor(() => expect(backend.held.size).toBe(0));
    expect((await time("09:00")).getAttribute("aria-disabled")).toBeNull();
  });

  it("is released by the browser's Back, and typed details stay", async () => {
    const { user, history } = await openDetails();
    await fill(user);
    act(() => history.back());
    await heading("When?");
    await waitFor(() => expect(backend.held.size).toBe(0));
    await user.click(await time("09:30"));
    await heading("Your details");
    expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Maria Silva");
  });

  it("is released when the page is left", async () => {
    await openDetails();
    act(() => void window.dispatchEvent(new Event("pagehide")));
    await waitFor(() => expect(backend.held.size).toBe(0));
    const [asked] = backend.sent("DELETE /public/harbour/holds/hold-1");
    expect(asked).toMatchObject({ body: { holdToken: "token-of-hold-1" }, keepalive: true });
    await heading("When?");
  });

  it("shows the hold's time left, without announcing it", async () => {
    await openDetails();
    const timer = screen.getByRole("timer");
    expect(timer.textContent).toMatch(/^(5:00|4:59)$/);
    expect(timer.getAttribute("aria-live")).toBe("off");
  });

  it("can be held again after the hold expired", async () => {
    backend.holdSeconds = 0;
    const { user } = await openDetails();
    await fill(user);
    backend.held.clear();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Book this time" }).disabled).toBe(true);
    backend.holdSeconds = 300;
    await user.click(screen.getByRole("button", { name: "Hold it again" }));
    await screen.findByRole("timer");
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await heading("You are booked");
  });

  it("offers alternatives if the hold expired unseen", async () => {
    const { user } = await openDetails();
    await fill(user);
    backend.held.clear();
    backend.held.set("other", at("d1", NINE));
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await user.click(await screen.findByRole("button", { name: "Hold it again" }));
    await screen.findByText(/has just been taken/);
    await user.click(await screen.findByRole("button", { name: /09:30/ }));
    await screen.findByRole("timer");
    expect(screen.getByLabelText<HTMLInputElement>("Email").value).toBe("maria@test.test");
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await heading("You are booked");
    const keys = backend.sent("POST /public/harbour/bookings").map(({ headers }) => headers.get("Idempotency-Key"));
    expect(new Set(keys).size).toBe(2);
  });
});

describe("a booking", () => {
  it("is repeated with the same key after a lost response", async () => {
    const { user } = await openDetails();
    await fill(user);
    backend.nextResponse.set("POST /public/harbour/bookings", "lost");
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await screen.findByText(/We do not know yet whether this was booked/);
    expect(screen.getByLabelText<HTMLInputElement>("Name").readOnly).toBe(true);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await heading("You are booked");
    const [first, second] = backend.sent("POST /public/harbour/bookings");
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers.get("Idempotency-Key")).toBe(first?.headers.get("Idempotency-Key"));
    expect(backend.booked.size).toBe(1);
  });

  it("shows the server's validation errors beside the fields", async () => {
    const { user } = await openDetails();
    await fill(user);
    const errors = [{ field: "patient.email", message: "must be an address that exists" }];
    backend.nextResponse.set("POST /public/harbour/bookings", problem(422, "VALIDATION", { errors }));
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await screen.findByText("Must be an address that exists.");
    expect(screen.getByLabelText("Email").getAttribute("aria-invalid")).toBe("true");
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await heading("You are booked");
  });

  it("is not sent while the form is invalid", async () => {
    const { user } = await openDetails();
    await user.click(screen.getByRole("button", { name: "Book this time" }));
    await screen.findByText("Enter your name.");
    expect(backend.sent("POST /public/harbour/bookings")).toEqual([]);
  });
});

describe("live updates", () => {
  const frame = (state: string, doctorId = "d1", start = HALF_PAST) => ({
    type: "slot-updated",
    state,
    ...at(doctorId, start),
  });

  async function openLive() {
    const page = open(TIMES);
    await time("09:00");
    await waitFor(() => ScriptedSocket.last);
    act(() => ScriptedSocket.last.serverOpens());
    await waitFor(() => expect(ScriptedSocket.last.sent).toEqual([{ action: "subscribe-calendar" }]));
    return page;
  }
  const serverSends = (frame: object) => act(() => ScriptedSocket.last.serverSends(frame));

  it("use a visitor's connection", async () => {
    await openLive();
    expect(ScriptedSocket.last.url).toContain("ticket=visitor");
  });

  it("mark and announce a taken time without a request", async () => {
    await openLive();
    const before = backend.sent("GET /public/harbour/availability").length;
    serverSends(frame("held"));
    expect((await time("09:30 taken")).getAttribute("aria-disabled")).toBe("true");
    await announced("09:30 has just been taken.");
    expect(backend.sent("GET /public/harbour/availability")).toHaveLength(before);
  });

  it("restore a freed time", async () => {
    await openLive();
    serverSends(frame("held"));
    await time("09:30 taken");
    await announced("09:30 has just been taken.");
    serverSends(frame("free"));
    await time("09:30");
    await announced("09:30 is free again.");
  });

  it("keep a time that another doctor still has", async () => {
    await openLive();
    serverSends(frame("booked", "d1", NINE));
    serverSends(frame("booked"));
    await time("09:30 taken");
    expect((await time("09:00")).getAttribute("aria-disabled")).toBeNull();
  });

  it("add a newly freed time", async () => {
    await openLive();
    backend.slots.push(at("d1", "2026-11-23T14:00:00Z"));
    serverSends(frame("free", "d1", "2026-11-23T14:00:00Z"));
    await time("14:00");
  });

  it("refetch the times after a reconnect", async () => {
    await openLive();
    backend.slots = backend.slots.filter(({ start }) => start !== HALF_PAST);
    serverSends({ type: "calendar-subscribed", doctorId: null, at: NOW });
    await time("09:30 taken");
  });
});
