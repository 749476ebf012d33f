/** The only reader of the build's settings and of the page's own address. */

const origin = import.meta.env.VITE_HOLDFAST_ORIGIN ?? globalThis.location?.origin ?? "http://localhost";

export const env = {
  /** The page's own origin serves both, unless the build says otherwise. */
  apiBase: `${origin}/api`,
  webSocketBase: `${origin.replace(/^http/, "ws")}/ws`,
  /** API Gateway drops a connection after ten silent minutes. */
  heartbeatMs: 4 * 60_000,
  pongTimeoutMs: 8_000,
  /** From asking for a ticket to an open connection. */
  connectTimeoutMs: 10_000,
  /** It drops every connection after two hours; a new one is ready some time before, not all at the same moment. */
  renewFromMs: 105 * 60_000,
  renewUntilMs: 115 * 60_000,
  /** From opening the new one until everything has been answered on it. */
  handoverTimeoutMs: 15_000,
  handoverRetryMs: 60_000,
  /** A shorter drop is not worth a bar on the screen. */
  lostAfterMs: 5_000,
  reconnectMinMs: 250,
  reconnectMaxMs: 10_000,
  /** A connection that lived this long was a good one: its end counts as the first. */
  settledMs: 5_000,
  /** After a refusal that asking again will hardly change, such as a session that has ended. */
  refusedRetryMs: 60_000,
  /** A tab that nobody looks at and that holds nothing hangs up after this long. */
  sleepAfterMs: 5 * 60_000,
  /** A page that is left is often one that is come back to, or opened anew by React. */
  unsubscribeAfterMs: 2_000,
  /** Two frames sent within this time may be served in either order. */
  reorderMs: 1_000,
  answerTimeoutMs: 5_000,
  answerTimeoutMaxMs: 120_000,
  presenceEveryMs: 10_000,
  /** Another's repeat is answered by a hidden tab; a little less, or every second one would go unanswered. */
  presenceAnswerMs: 9_000,
  /** One who repeats and then is silent this long is gone. */
  silentAfterMs: 30_000,
  idleAfterMs: 3 * 60_000,
  /** A look into another tab is not worth telling. */
  awayAfterMs: 10_000,
  pointerEveryMs: 100,
  pointerGoneAfterMs: 10_000,
  /** A list that changes all the time is read this often; one change is shown at once. */
  dayEveryMs: 5_000,
  /** A page that has heard nothing by then asks by itself, and goes on asking while it is not connected. */
  askAfterMs: 2_000,
  /** Gentle enough for the read limit, which one page should not use up. */
  askEveryMs: 15_000,
  askTimeoutMs: 8_000,
  /** What has no live channel, or has lost it, is read again this often: well inside the read limit. */
  refreshMs: 60_000,
} as const;

declare global {
  interface ImportMetaEnv {
    readonly VITE_HOLDFAST_ORIGIN?: string;
  }
}
