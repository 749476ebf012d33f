import {
  LoaderCircle,
  Lock,
  type LucideIcon,
  PanelsTopLeft,
  PencilLine,
  TimerReset,
  TriangleAlert,
} from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useAnnounceChanges } from "@/components/ui/announcer";
import { Avatar } from "@/components/ui/avatar";
import { Bar, type BarTone } from "@/components/ui/bar";
import { useMember } from "@/features/accounts/hooks/session-context";
import type { LockHandle } from "@/features/locking/hooks/use-lock";
import { titleOf } from "@/features/locking/labels";
import { isEnding, type LockPhase, type LockState, remainingMs } from "@/features/locking/machine";
import { useNow } from "@/lib/hooks/use-now";
import { clockTime } from "@/lib/time/format";
import { Countdown } from "./countdown";

const looks: Record<LockPhase, { tone: BarTone; icon?: LucideIcon }> = {
  unknown: { tone: "neutral", icon: LoaderCircle },
  free: { tone: "free" },
  acquiring: { tone: "wait", icon: LoaderCircle },
  mine: { tone: "mine", icon: PencilLine },
  elsewhere: { tone: "wait", icon: PanelsTopLeft },
  theirs: { tone: "other", icon: Lock },
  lost: { tone: "lost", icon: TriangleAlert },
};

interface LockBarProps {
  lock: LockHandle;
  /** The save state, shown while the lock is ours. */
  note?: ReactNode;
  actions?: ReactNode;
  keepEditing: ReactNode;
}

export function LockBar({ lock: { phase, state }, note, actions, keepEditing }: LockBarProps) {
  const now = useNow(state.lock !== null);
  const isEndingSoon = isEnding(state, now);
  const { timeZone } = useMember().tenant;
  const title = titleOf(phase, state, timeZone);
  useAnnounceChanges(
    isEndingSoon ? "Your editing time ends in less than a minute. Press Keep editing to go on." : title,
  );
  const region = useFocusFallback(phase);
  const look = isEndingSoon ? { ...looks.mine, icon: TimerReset } : looks[phase];
  return (
    <section ref={region} tabIndex={-1} aria-label="Editing" className="sticky top-16 z-10 rounded-card">
      <Bar
        {...look}
        mark={markFor(phase, state)}
        title={isEndingSoon ? <Ending state={state} /> : title}
        actions={
          <>
            {isEndingSoon && keepEditing}
            {actions}
          </>
        }
      >
        {phase === "mine" ? (
          note
        ) : (
          <Detail phase={phase} state={state} isExpired={remainingMs(state, now) <= 0} timeZone={timeZone} />
        )}
      </Bar>
    </section>
  );
}

function Ending({ state }: { state: LockState }) {
  return (
    <>
      Your editing time ends in <Countdown state={state} />.
    </>
  );
}

interface DetailProps {
  phase: LockPhase;
  state: LockState;
  isExpired: boolean;
  timeZone: string;
}

function Detail({ phase, state, isExpired, timeZone }: DetailProps) {
  if (phase === "lost" && !state.lock) return "Nobody is editing now.";
  if (!["theirs", "elsewhere", "lost"].includes(phase) || !state.lock) return null;
  if (isExpired) return "Time is over; asking whether it is free…";
  return (
    <>
      {phase !== "lost" && `Since ${clockTime(state.lock.acquiredAt, timeZone)}. `}Free in <Countdown state={state} />{" "}
      at the latest.
    </>
  );
}

function markFor(phase: LockPhase, state: LockState): ReactNode {
  if (phase === "free") return <span aria-hidden className="size-2.5 shrink-0 rounded-full bg-free" />;
  if (phase === "theirs" && state.lock) {
    return (
      <span className="flex items-center gap-2">
        <Lock aria-hidden className="size-4 text-(--bar-icon)" />
        <Avatar userId={state.lock.userId} name={state.lock.userInfo.name} />
      </span>
    );
  }
  return undefined;
}

/** Moves the focus to the bar when the focused button disappears, so that Tab continues from here. */
function useFocusFallback(phase: LockPhase) {
  const region = useRef<HTMLElement>(null);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current !== phase && document.activeElement === document.body) {
      region.current?.focus({ preventScroll: true });
    }
    before.current = phase;
  }, [phase]);
  return region;
}
