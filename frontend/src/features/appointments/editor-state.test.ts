import { describe, expect, it } from "vitest";
import { type EditorEvent, initialEditorState, reduceEditor } from "./editor-state";

const stateAfter = (...events: EditorEvent[]) => events.reduce(reduceEditor, initialEditorState);
const done: EditorEvent = { type: "done-requested" };

describe("Done with unsaved changes", () => {
  it("opens the dialog", () => {
    expect(stateAfter(done).status).toBe("confirming");
  });

  it("closes the dialog with an answer", () => {
    expect(stateAfter(done, { type: "dialog-answered" }).status).toBe("idle");
  });

  it("closes the dialog when the lock ends", () => {
    expect(stateAfter(done, { type: "lock-ended" }).status).toBe("idle");
  });
});

describe("a failed start", () => {
  const failed: EditorEvent = { type: "edit-failed", problem: "No connection." };

  it("keeps its problem while the lock comes and goes", () => {
    expect(stateAfter(failed, { type: "lock-ended" })).toEqual({ status: "start-failed", problem: "No connection." });
  });

  it("is forgotten with the next attempt", () => {
    expect(stateAfter(failed, { type: "edit-requested" }).status).toBe("idle");
  });
});
