import { expect, it } from "vitest";
import { createApi } from "@/lib/api/client";
import { at, FakePublicBackend } from "@/test/fake-public-backend";
import { listWeek } from "./availability";

it("reads a week with more times than one page", async () => {
  const backend = new FakePublicBackend();
  const begin = Date.parse("2026-11-23T00:00:00Z");
  backend.slots = Array.from({ length: 1_500 }, (_none, index) => {
    const start = new Date(begin + Math.floor(index / 3) * 5 * 60_000).toISOString().replace(".000Z", "Z");
    return at(`d${index % 3}`, start);
  });
  const api = createApi({ token: () => null, onUnauthenticated: () => {}, fetch: backend.fetch });
  const search = { slug: "harbour", serviceId: "s1", doctorId: undefined };
  const found = await listWeek(api, search, "2026-11-23", "UTC");
  expect(found).toEqual(backend.slots);
  expect(backend.sent("GET /public/harbour/availability")).toHaveLength(2);
});
