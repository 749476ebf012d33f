import { useEffect, useState } from "react";
import { useMember } from "@/features/accounts/hooks/session-context";
import { LockController } from "@/features/locking/controller";
import { createLockGateway } from "@/features/locking/gateway";
import { type LockPhase, type LockState, phaseOf } from "@/features/locking/machine";
import { useApi } from "@/lib/api/hooks/api-context";
import { useStore } from "@/lib/hooks/use-store";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { useTabId } from "@/lib/realtime/hooks/tab-context";
import { useKeepAwake } from "@/lib/realtime/hooks/use-keep-awake";
import { systemClock } from "@/lib/time/clock";

export interface LockHandle {
  controller: LockController;
  state: LockState;
  phase: LockPhase;
}

/** The lock of one appointment, for as long as it is on the screen. */
export function useLock(appointmentId: string): LockHandle {
  const api = useApi();
  const realtime = useRealtime();
  const sessionId = useTabId();
  const userId = useMember().user.id;
  const [controller] = useState(
    () =>
      new LockController({
        appointmentId,
        userId,
        sessionId,
        gateway: createLockGateway(api, appointmentId),
        realtime,
        clock: systemClock,
      }),
  );
  useEffect(() => controller.start(window), [controller]);
  const state = useStore(controller.state);
  const phase = phaseOf(state);
  useKeepAwake(phase === "mine" || phase === "acquiring");
  return { controller, state, phase };
}
