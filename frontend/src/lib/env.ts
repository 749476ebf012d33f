/** The only reader of the build's settings and of the page's own address. */

const origin = import.meta.env.VITE_HOLDFAST_ORIGIN ?? globalThis.location?.origin ?? "http://localhost";

export const env = {
  /** The page's own origin serves the API too, unless the build names another. */
  apiBase: `${origin}/api`,
  webSocketBase: `${origin.replace(/^http/, "ws")}/ws`,
} as const;

declare global {
  interface ImportMetaEnv {
    readonly VITE_HOLDFAST_ORIGIN?: string;
  }
}
