import { useEffect, useState } from "react";
import { type Clock, systemClock } from "@/lib/time/clock";

/** The current time, updated every second while `running`. */
export function useNow(running: boolean, clock: Clock = systemClock): number {
  const [now, setNow] = useState(clock.now);
  useEffect(() => {
    if (!running) return;
    let cancel = () => {};
    const tick = () => {
      setNow(clock.now());
      cancel = clock.after(1_000 - (clock.now() % 1_000), tick);
    };
    tick();
    return () => cancel();
  }, [running, clock]);
  return now;
}
