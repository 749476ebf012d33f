import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import { SessionProvider } from "@/features/accounts/hooks/session-context";
import { createSessionStore, type SessionStore } from "@/features/accounts/session";
import { createApi } from "@/lib/api/client";
import { ApiProvider } from "@/lib/api/hooks/api-context";
import { FakeBackend } from "@/test/fake-backend";
import { SignInForm } from "./sign-in-form";
import { SignUpForm } from "./sign-up-form";

const user = userEvent.setup();
let backend: FakeBackend;
let store: SessionStore;

beforeEach(() => {
  backend = new FakeBackend();
  store = createSessionStore(localStorage, window);
});

/** The form alone, without a router: as while the next page is still loading. */
function show(form: ReactNode) {
  const api = createApi({ token: () => null, onUnauthenticated: () => {}, fetch: backend.fetch });
  render(
    <SessionProvider value={store}>
      <ApiProvider value={api}>
        <QueryClientProvider client={new QueryClient()}>{form}</QueryClientProvider>
      </ApiProvider>
    </SessionProvider>,
  );
}

async function fill(form: Record<string, string>) {
  for (const [label, text] of Object.entries(form)) {
    await user.click(screen.getByLabelText(label));
    await user.paste(text);
  }
}

async function press(name: string) {
  await user.click(screen.getByRole("button", { name }));
  await waitFor(() => expect(store.get()?.user.name).toBe("Bob"));
  await user.click(screen.getByRole("button", { name }));
}

const isBusy = (name: string) => screen.getByRole("button", { name }).getAttribute("aria-busy");

describe("while the next page loads", () => {
  it("the sign-in form is busy and sends one request", async () => {
    show(<SignInForm />);
    await fill({ Email: "bob@test.test", Password: "a good password" });
    await press("Sign in");
    expect(isBusy("Sign in")).toBe("true");
    expect(backend.sent("POST /auth/signin")).toHaveLength(1);
  });

  it("the sign-up form is busy and sends one request", async () => {
    show(<SignUpForm />);
    await fill({
      "Practice name": "Practice",
      "Your name": "Bob",
      Email: "bob@test.test",
      Password: "a good password",
    });
    await press("Create practice");
    expect(isBusy("Create practice")).toBe("true");
    expect(backend.sent("POST /auth/signup")).toHaveLength(1);
  });
});
