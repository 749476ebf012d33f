import { expect, it } from "vitest";
import { createDraftStorage, type Draft } from "./draft-storage";

const draft: Draft = { baseVersion: 3, changes: { notes: "Mine", patient: { name: "", email: "ma", phone: "" } } };
const storageOf = (userId: string, appointmentId = "a1") => createDraftStorage(sessionStorage, userId, appointmentId);

it("keeps text as it is, also what could not be saved like that", () => {
  storageOf("bob").save(draft);
  expect(storageOf("bob").read()).toEqual(draft);
});

it("keeps it for one member and one appointment", () => {
  storageOf("bob").save(draft);
  expect(storageOf("alice").read()).toBeNull();
  expect(storageOf("bob", "a2").read()).toBeNull();
});

it("forgets it", () => {
  storageOf("bob").save(draft);
  storageOf("bob").clear();
  expect(sessionStorage).toHaveLength(0);
});

it("takes nothing for text that it did not write", () => {
  expect(storageOf("bob").read()).toBeNull();
  sessionStorage.setItem("holdfast.unsaved.bob.a1", '{"changes":{"status":"gone"}}');
  expect(storageOf("bob").read()).toBeNull();
});
