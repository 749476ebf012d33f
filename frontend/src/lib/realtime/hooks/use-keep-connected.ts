import { useEffect } from "react";
import { useRealtime } from "./realtime-context";

/** Keeps a hidden tab connected while `needed`. */
export function useKeepConnected(needed: boolean): void {
  const realtime = useRealtime();
  useEffect(() => (needed ? realtime.keepConnected() : undefined), [realtime, needed]);
}
