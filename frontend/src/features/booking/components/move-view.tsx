import { CalendarX } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { LoadError } from "@/components/ui/load-error";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { isSlotGone } from "@/features/booking/api/alternatives";
import { useReschedule } from "@/features/booking/api/managed-booking";
import { usePractice } from "@/features/booking/api/practice";
import type { ManagedBooking, Practice, PublicService } from "@/features/booking/api/types";
import { choicesOf } from "@/features/booking/choices";
import { useTakenSpans } from "@/features/booking/hooks/use-taken-spans";
import { LivePractice } from "@/features/booking/hooks/visitor-context";
import { dateAndTime } from "@/features/booking/labels";
import type { ManageSearch } from "@/features/booking/search";
import type { Time } from "@/features/booking/times";
import { errorMessage } from "@/lib/api/problem";
import { localZone } from "@/lib/time/zone";
import { RefusalNotice } from "./refusal-notice";
import { Step } from "./step";
import { TimePicker } from "./time-picker";

interface MoveViewProps {
  manageToken: string;
  managed: ManagedBooking;
  search: ManageSearch;
  onSearchChange: (next: ManageSearch, how?: { replace: boolean }) => void;
}

/** Chooses another time for the same service and doctor. */
export function MoveView(props: MoveViewProps) {
  const { managed, onSearchChange } = props;
  const { data: practice, error, refetch } = usePractice(managed.practice.slug);
  const service = practice?.services.find(({ id }) => id === managed.service.id);
  const back = () => onSearchChange({ step: undefined });
  return (
    <Step
      title={`Change the time · ${managed.practice.name}`}
      question="When instead?"
      back={{ label: "Keep it as it is", onBack: back }}
    >
      <p className="mb-5 text-muted">
        Now it is {dateAndTime(managed.appointment.startsAt, managed.appointment.timeZone)}. It stays so until you
        choose another time.
      </p>
      {practice && service ? (
        <LivePractice slug={practice.slug}>
          <Move {...props} practice={practice} service={service} />
        </LivePractice>
      ) : practice ? (
        <Notice role="alert" icon={CalendarX} title="This service is no longer offered">
          Your appointment stands. To change it, please call the practice.
        </Notice>
      ) : error ? (
        <LoadError large title="The times could not be loaded" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-96 w-full" />
      )}
    </Step>
  );
}

function Move({
  manageToken,
  managed,
  search,
  onSearchChange,
  practice,
  service,
}: MoveViewProps & { practice: Practice; service: PublicService }) {
  const { date, zone } = choicesOf(practice, { date: search.date, zone: search.zone });
  const timeZone = zone ?? localZone();
  const takenSpans = useTakenSpans(practice.slug);
  const announce = useAnnounce();
  const move = useReschedule(manageToken);
  const [chosen, setChosen] = useState<Time | null>(null);
  const slot = chosen?.slots[0];
  const refused = move.variables && move.error && !chosen;

  function confirm() {
    if (!slot) return;
    move.mutate(slot, {
      onSuccess() {
        announce(`Your appointment is now ${dateAndTime(slot.start, timeZone)}.`);
        onSearchChange({ step: undefined, date: undefined, zone: undefined }, { replace: true });
      },
      onError: (error) => isSlotGone(error) && setChosen(null),
    });
  }
  return (
    <>
      {refused && (
        <div className="mb-5">
          <RefusalNotice
            refusal={{ start: move.variables.start, error: move.error }}
            timeZone={timeZone}
            doctors={practice.doctors}
            doctorId={managed.doctor.id}
            pendingStart={null}
            onChoose={setChosen}
            onRetry={() => setChosen({ start: move.variables.start, slots: [move.variables] })}
          />
        </div>
      )}
      <TimePicker
        practice={practice}
        service={service}
        doctor={managed.doctor.id}
        date={date}
        timeZone={timeZone}
        takenSpans={takenSpans}
        pendingStart={null}
        onDate={(next) => onSearchChange({ date: next }, { replace: true })}
        onZone={(next) => onSearchChange({ zone: next }, { replace: true })}
        onChoose={setChosen}
      />
      <Confirm
        open={slot !== undefined}
        title="Move your appointment?"
        description={
          slot ? `To ${dateAndTime(slot.start, timeZone)}. The time you have now becomes free for others.` : ""
        }
        onDismiss={() => setChosen(null)}
      >
        {move.error && (
          <p role="alert" className="w-full text-lost-text">
            {errorMessage(move.error)}
          </p>
        )}
        <Button className="min-h-11" onClick={() => setChosen(null)}>
          Choose another
        </Button>
        <Button variant="primary" className="min-h-11" busy={move.isPending} onClick={confirm}>
          Move it
        </Button>
      </Confirm>
    </>
  );
}
