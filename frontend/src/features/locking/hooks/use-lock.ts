import { useEffect, useState } from "react";
import { useMember } from "@/features/accounts/hooks/session-context";
import { LockController } from "@/features/locking/controller";
import { createLockApi } from "@/features/locking/lock-api";
import { type LockPhase, type LockState, phaseOf } from "@/features/locking/machine";
import { useApi } from "@/lib/api/hooks/api-context";
import { useStore } from "@/lib/hooks/use-store";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { useTabId } from "@/lib/realtime/hooks/tab-context";
import { useKeepConnected } from "@/lib/realtime/hooks/use-keep-connected";
import { systemClock } from "@/lib/time/clock";

export interface LockHandle {
  controller: LockController;
  state: LockState;
  phase: LockPhase;
}

/** The lock of one appointment. Released when the component unmounts. */
export function useLock(appointmentId: string): LockHandle {
  const api = useApi();
  const realtime = useRealtime();
  const tabId = useTabId();
  const userId = useMember().user.id;
  const [controller] = useState(
    () =>
      new LockController({
        appointmentId,
        userId,
        tabId,
        lockApi: createLockApi(api, appointmentId),
        realtime,
        clock: systemClock,
      }),
  );
  useEffect(() => controller.start(window), [controller]);
  const state = useStore(controller.state);
  const phase = phaseOf(state);
  useKeepConnected(phase === "mine" || phase === "acquiring");
  return { controller, state, phase };
}
