import { describe, expect, it } from "vitest";
import { ApiError, errorMessage, hasCode, NetworkError, toApiError } from "./problem";

function refusal(status: number, body: unknown, headers: Record<string, string> = {}) {
  return toApiError(new Response(null, { status, headers }), body);
}

describe("ApiError", () => {
  it("keeps the code and the other members of the problem", () => {
    const error = refusal(409, { status: 409, code: "LOCKED", title: "Locked", lock: { version: 3 } });
    expect(hasCode(error, "LOCKED")).toBe(true);
    expect(error.problem.lock).toEqual({ version: 3 });
  });

  it("has a status when the body is no problem", () => {
    const error = refusal(502, "<html>");
    expect(error).toBeInstanceOf(ApiError);
    expect([error.status, error.code]).toEqual([502, "UNKNOWN"]);
  });

  it("explains the delay of a 429", () => {
    const error = refusal(429, { status: 429, code: "RATE_LIMITED", title: "Slow down" }, { "Retry-After": "30" });
    expect(errorMessage(error)).toContain("in 30 s");
  });

  it("shows the server's detail for a 4xx", () => {
    const error = refusal(401, { status: 401, code: "UNAUTHENTICATED", title: "No", detail: "Wrong password." });
    expect(errorMessage(error)).toBe("Wrong password.");
  });

  it("differs from a network error", () => {
    expect(errorMessage(new NetworkError())).toContain("Check your connection");
  });
});
