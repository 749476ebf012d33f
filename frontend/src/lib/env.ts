/** The only reader of the build's settings and of the page's own address. */

const origin = import.meta.env.VITE_HOLDFAST_ORIGIN ?? globalThis.location?.origin ?? "http://localhost";

export const env = {
  /** The page's own origin serves both, unless the build says otherwise. */
  apiBase: `${origin}/api`,
  webSocketBase: `${origin.replace(/^http/, "ws")}/ws`,
  /** API Gateway drops a connection after ten silent minutes. */
  heartbeatMs: 4 * 60_000,
  pongTimeoutMs: 8_000,
  /** A shorter drop is not worth a bar on the screen. */
  lostAfterMs: 5_000,
  reconnectMinMs: 250,
  reconnectMaxMs: 10_000,
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
