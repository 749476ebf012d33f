import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Package {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const lock: { packages: Record<string, Package> } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const packages = Object.entries(lock.packages);

function isLocked([name, wanted]: [string, string]): boolean {
  const exact = /^\d/.test(wanted);
  return packages.some(
    ([path, { version }]) => path.endsWith(`node_modules/${name}`) && (!exact || version === wanted),
  );
}

// `npm ci` refuses a lock file without them, and other platforms could not install from it.
it("package-lock.json has the packages of every platform", () => {
  const wanted = packages.flatMap(([_path, { optionalDependencies }]) => Object.entries(optionalDependencies ?? {}));
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((dependency) => !isLocked(dependency))).toEqual([]);
});

it("package-lock.json has no download addresses", () => {
  expect(packages.filter(([_path, { resolved }]) => resolved)).toEqual([]);
});
