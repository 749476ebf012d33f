import { type ConnectionState, createRealtime, type Realtime } from "@/lib/realtime/client";
import type { Store } from "@/lib/store";
import { systemClock } from "@/lib/time/clock";

/** A connection without frames, in a state that the test chooses. */
export function silentRealtime(state: Store<ConnectionState>): Realtime {
  return { ...createRealtime({ url: () => new Promise(() => {}), clock: systemClock }), state };
}
