import { expect, it } from "vitest";
import { type UnsavedText, unsavedTextStore } from "./unsaved-text";

const text: UnsavedText = { baseVersion: 3, changes: { notes: "Mine", patient: { name: "", email: "ma", phone: "" } } };
const storeOf = (userId: string, appointmentId = "a1") => unsavedTextStore(sessionStorage, userId, appointmentId);

it("keeps text as it is, also what could not be saved like that", () => {
  storeOf("bob").keep(text);
  expect(storeOf("bob").read()).toEqual(text);
});

it("keeps it for one member and one appointment", () => {
  storeOf("bob").keep(text);
  expect(storeOf("alice").read()).toBeNull();
  expect(storeOf("bob", "a2").read()).toBeNull();
});

it("forgets it", () => {
  storeOf("bob").keep(text);
  storeOf("bob").drop();
  expect(sessionStorage).toHaveLength(0);
});

it("takes nothing for text that it did not write", () => {
  expect(storeOf("bob").read()).toBeNull();
  sessionStorage.setItem("holdfast.unsaved.bob.a1", '{"changes":{"status":"gone"}}');
  expect(storeOf("bob").read()).toBeNull();
});
