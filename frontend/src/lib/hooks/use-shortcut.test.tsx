import { render } from "@testing-library/react";
import { useLayoutEffect } from "react";
import { expect, test } from "vitest";
import { useShortcut } from "./use-shortcut";

/** Presses Esc in the very moment in which `step` becomes visible. */
function Page({ step, onEscape }: { step: number; onEscape: (step: number) => void }) {
  useShortcut({ key: "Escape", run: () => onEscape(step) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each step
  useLayoutEffect(() => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  }, [step]);
  return <p>{step}</p>;
}

test("a key that is pressed as soon as something shows acts on what shows", () => {
  const pressed: number[] = [];
  const onEscape = (step: number) => pressed.push(step);

  const { rerender } = render(<Page step={1} onEscape={onEscape} />);
  rerender(<Page step={2} onEscape={onEscape} />);

  expect(pressed).toEqual([2]);
});
