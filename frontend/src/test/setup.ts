import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// The first test of a page also loads the page's modules, which takes long on a busy machine.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 20_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});
