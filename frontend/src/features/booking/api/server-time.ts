/** The server's time as an answer tells it, so that a machine whose clock is wrong counts down rightly. */
export function serverTimeMs(response: Response, otherwiseMs: number): number {
  const dateMs = Date.parse(response.headers.get("Date") ?? "");
  return Number.isNaN(dateMs) ? otherwiseMs : dateMs;
}
