/** The time of a response's Date header, so that countdowns work on a machine with a wrong clock. */
export function serverTimeMs(response: Response, otherwiseMs: number): number {
  const dateMs = Date.parse(response.headers.get("Date") ?? "");
  return Number.isNaN(dateMs) ? otherwiseMs : dateMs;
}
