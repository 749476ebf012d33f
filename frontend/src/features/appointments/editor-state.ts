/** The questions and problems of one editing attempt. The lock's own state is in `locking/machine.ts`. */
export type EditorState =
  | { readonly status: "idle" }
  /** The lock could not be requested. */
  | { readonly status: "start-failed"; readonly problem: string }
  /** The dialog asks what to do with unsaved changes. */
  | { readonly status: "confirming" };

export type EditorEvent =
  | { type: "edit-requested" }
  | { type: "edit-failed"; problem: string }
  /** Done was pressed with unsaved changes. */
  | { type: "done-requested" }
  /** The user chose one of the dialog's buttons, or dismissed it. */
  | { type: "dialog-answered" }
  | { type: "lock-ended" };

export const initialEditorState: EditorState = { status: "idle" };

export function reduceEditor(state: EditorState, event: EditorEvent): EditorState {
  switch (event.type) {
    case "edit-requested":
      return initialEditorState;
    case "edit-failed":
      return { status: "start-failed", problem: event.problem };
    case "done-requested":
      return { status: "confirming" };
    case "dialog-answered":
    case "lock-ended":
      return state.status === "confirming" ? initialEditorState : state;
  }
}
