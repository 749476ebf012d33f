import { expect, it } from "vitest";
import { colorAt, colorOf } from "./palette";

it("picks the server's colour for a member", () => {
  // zlib.crc32(id) % 10, as in chalicelib/realtime/service/pointers.py
  expect(["alice", "bob", "Zoë", ""].map(colorOf)).toEqual([
    "var(--hue-5)",
    "var(--hue-4)",
    "var(--hue-8)",
    "var(--hue-0)",
  ]);
});

it("repeats after ten colours", () => {
  expect(colorAt(3)).toBe(colorAt(13));
  expect(new Set(Array.from({ length: 20 }, (_none, index) => colorAt(index))).size).toBe(10);
});
