import { MINUTE_MS, SECOND_MS } from "@/lib/time/units";

/** Every duration that the page chooses, in milliseconds. */

export const timing = {
  // Connection
  /** API Gateway drops a connection that is silent for ten minutes. */
  heartbeatIntervalMs: 4 * MINUTE_MS,
  pongTimeoutMs: 8 * SECOND_MS,
  /** From the ticket request to an open connection. */
  connectTimeoutMs: 10 * SECOND_MS,
  /** API Gateway drops every connection after two hours. The range spreads the clients' handovers. */
  handoverFromMs: 105 * MINUTE_MS,
  handoverUntilMs: 115 * MINUTE_MS,
  /** From opening the new socket until all its subscriptions are answered. */
  handoverTimeoutMs: 15 * SECOND_MS,
  handoverRetryMs: MINUTE_MS,
  /** A shorter drop shows no bar on the screen. */
  lossReportDelayMs: 5 * SECOND_MS,
  reconnectMinMs: 250,
  reconnectMaxMs: 10 * SECOND_MS,
  /** A connection that lived this long resets the backoff. */
  stableAfterMs: 5 * SECOND_MS,
  /** After a refusal that a retry will hardly change, such as an ended session. */
  refusalRetryMs: MINUTE_MS,
  /** A hidden tab with nothing to keep disconnects after this long. */
  suspendAfterMs: 5 * MINUTE_MS,

  // Subscriptions
  /** A page is often opened again soon after it was left, by the user or by React. */
  unsubscribeDelayMs: 2 * SECOND_MS,
  /** The server may handle two frames sent within this time in either order. */
  reorderWindowMs: SECOND_MS,
  subscribeTimeoutMs: 5 * SECOND_MS,
  subscribeTimeoutMaxMs: 120 * SECOND_MS,

  // Presence and pointers
  presenceHeartbeatMs: 10 * SECOND_MS,
  /** A hidden tab replies to a peer's heartbeat. A little shorter, or every second one would get no reply. */
  presenceReplyMs: 9 * SECOND_MS,
  presenceTickMs: SECOND_MS,
  /** A peer that sent heartbeats is gone after this long without one. */
  presenceTimeoutMs: 30 * SECOND_MS,
  idleAfterMs: 3 * MINUTE_MS,
  /** A shorter look at another tab changes no presence state. */
  awayAfterMs: 10 * SECOND_MS,
  pointerIntervalMs: 100,
  pointerTimeoutMs: 10 * SECOND_MS,

  // Locks
  /** Without a live snapshot by then, the page asks for the lock's status, and repeats while it is not connected. */
  lockPollDelayMs: 2 * SECOND_MS,
  /** Leaves most of the read limit to everything else. */
  lockPollIntervalMs: 15 * SECOND_MS,
  lockStatusTimeoutMs: 8 * SECOND_MS,
  renewRetryMs: 5 * SECOND_MS,
  /** Added to the end of a lease, so that the server has ended it too before it is asked. */
  leaseEndMarginMs: 300,
  /** The last minute of a lease or a hold, in which the bar warns. */
  endingSoonMs: MINUTE_MS,

  // Requests
  /** Data without a live channel is read again this often. */
  fallbackPollIntervalMs: MINUTE_MS,
  /** A list with many live changes is read at most this often; a single change is shown at once. */
  liveRefetchIntervalMs: 5 * SECOND_MS,
  staleMs: 15 * SECOND_MS,
  /** For doctors, services and a practice's public data. */
  setupStaleMs: 5 * MINUTE_MS,
  networkRetryMs: 5 * SECOND_MS,
  /** After a 429 without Retry-After. */
  rateLimitRetryMs: 15 * SECOND_MS,
  /** The shortest pause between two token refreshes, whatever the token's life and the clock say. */
  sessionRefreshMinMs: 30 * SECOND_MS,

  // Booking by patients
  /** The limit is 100 reads in 15 minutes for all visitors that share an address. */
  publicRefetchIntervalMs: 10 * SECOND_MS,
  /** Buffers and rooms taken along with a time arrive only with the next response. */
  takenConfirmMs: 30 * SECOND_MS,
  /** A response this soon after a frame may be older than the frame. */
  responseOverlapMs: 5 * SECOND_MS,
  /** Changes of times within this time are announced in one sentence. */
  announceBatchMs: SECOND_MS,
} as const;
