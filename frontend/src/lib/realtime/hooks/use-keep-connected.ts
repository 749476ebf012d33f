import { useEffect } from "react";
import { useRealtime } from "./realtime-context";

/** Keeps a hidden tab connected while there is something in it that the others should know of. */
export function useKeepConnected(needed: boolean): void {
  const realtime = useRealtime();
  useEffect(() => (needed ? realtime.keepConnected() : undefined), [realtime, needed]);
}
