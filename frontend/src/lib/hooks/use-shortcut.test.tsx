import { render } from "@testing-library/react";
import { useLayoutEffect } from "react";
import { expect, test } from "vitest";
import { useShortcut } from "./use-shortcut";

/** Presses Esc at the moment when `step` becomes visible. */
function Page({ step, onEscape }: { step: number; onEscape: (step: number) => void }) {
  useShortcut({ key: "Escape", run: () => onEscape(step) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each step
  useLayoutEffect(() => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  }, [step]);
  return <p>{step}</p>;
}

test("runs the handler of the current render, even before effects", () => {
  const pressed: number[] = [];
  const onEscape = (step: number) => pressed.push(step);

  const { rerender } = render(<Page step={1} onEscape={onEscape} />);
  rerender(<Page step={2} onEscape={onEscape} />);

  expect(pressed).toEqual([2]);
});
