import { expect, it } from "vitest";
import { createDraftStorage, type Draft } from "./draft-storage";

const draft: Draft = { baseVersion: 3, changes: { notes: "Mine", patient: { name: "", email: "ma", phone: "" } } };
const storageOf = (userId: string, appointmentId = "a1") => createDraftStorage(sessionStorage, userId, appointmentId);

it("stores a draft, also with invalid fields", () => {
  storageOf("bob").save(draft);
  expect(storageOf("bob").read()).toEqual(draft);
});

it("stores a draft per member and appointment", () => {
  storageOf("bob").save(draft);
  expect(storageOf("alice").read()).toBeNull();
  expect(storageOf("bob", "a2").read()).toBeNull();
});

it("clears a draft", () => {
  storageOf("bob").save(draft);
  storageOf("bob").clear();
  expect(sessionStorage).toHaveLength(0);
});

it("ignores unknown content", () => {
  expect(storageOf("bob").read()).toBeNull();
  sessionStorage.setItem("holdfast.unsaved.bob.a1", '{"changes":{"status":"gone"}}');
  expect(storageOf("bob").read()).toBeNull();
});
