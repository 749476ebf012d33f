import { describe, expect, it } from "vitest";
import { ApiError, errorMessage, hasCode, NetworkError, toApiError } from "./problem";

function refusal(status: number, body: unknown, headers: Record<string, string> = {}) {
  return toApiError(new Response(null, { status, headers }), body);
}

describe("a refusal", () => {
  it("keeps its code and the evidence that came along", () => {
    const error = refusal(409, { status: 409, code: "LOCKED", title: "Locked", lock: { version: 3 } });
    expect(hasCode(error, "LOCKED")).toBe(true);
    expect(error.problem.lock).toEqual({ version: 3 });
  });

  it("is still an error with a status when the body is not a problem", () => {
    const error = refusal(502, "<html>");
    expect(error).toBeInstanceOf(ApiError);
    expect([error.status, error.code]).toEqual([502, "UNKNOWN"]);
  });

  it("says how long to wait when there were too many", () => {
    const error = refusal(429, { status: 429, code: "RATE_LIMITED", title: "Slow down" }, { "Retry-After": "30" });
    expect(errorMessage(error)).toContain("in 30 s");
  });

  it("uses the server's own sentence for what the user can mend", () => {
    const error = refusal(401, { status: 401, code: "UNAUTHENTICATED", title: "No", detail: "Wrong password." });
    expect(errorMessage(error)).toBe("Wrong password.");
  });

  it("tells a missing network from a refusal", () => {
    expect(errorMessage(new NetworkError())).toContain("Check your connection");
  });
});
