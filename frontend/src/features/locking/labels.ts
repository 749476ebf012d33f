import { clockTime } from "@/lib/time/format";
import type { LockPhase, LockState, Loss } from "./machine";

/** The bar's title; also announced when it changes. */
export function titleOf(phase: LockPhase, state: LockState, timeZone: string): string {
  switch (phase) {
    case "unknown":
      return "Checking whether someone is editing…";
    case "free":
      return "Nobody is editing.";
    case "acquiring":
      return "Opening for editing…";
    case "mine":
      return "You are editing.";
    case "elsewhere":
      return "You are editing this in another tab.";
    case "theirs":
      return `${state.lock?.userInfo.name ?? "Someone"} is editing.`;
    case "lost":
      return state.loss ? lossTitle(state.loss, timeZone) : "";
  }
}

function lossTitle({ cause, by, atMs }: Loss, timeZone: string): string {
  const time = clockTime(atMs, timeZone);
  switch (cause) {
    case "expired":
      return `You are no longer editing: your time ran out at ${time}.`;
    case "taken":
      return `You are no longer editing: ${by ?? "someone else"} took over at ${time}.`;
    case "moved":
      return `You went on editing in another tab at ${time}.`;
    case "left":
      return `You are no longer editing: you left this page at ${time}.`;
    case "released":
      return `You are no longer editing, since ${time}.`;
  }
}
