import { createStore } from "@/lib/store";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Read by public/theme.js before the first paint. */
const KEY = "holdfast.theme";

export const theme = createStore<Theme>(storedTheme());

export function chooseTheme(next: Theme): void {
  theme.set(next);
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function isTheme(text: string): text is Theme {
  return (themes as readonly string[]).includes(text);
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored && isTheme(stored) ? stored : "system";
  } catch {
    return "system";
  }
}
