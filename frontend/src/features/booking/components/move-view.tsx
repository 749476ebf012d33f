import { CalendarX } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { isGone } from "@/features/booking/api/alternatives";
import { useReschedule } from "@/features/booking/api/managed";
import { usePractice } from "@/features/booking/api/practice";
import type { Managed, Practice, PublicService } from "@/features/booking/api/shapes";
import { choicesOf } from "@/features/booking/choices";
import { useSlotNews } from "@/features/booking/hooks/use-slot-news";
import { LivePractice } from "@/features/booking/hooks/visitor-context";
import type { Time } from "@/features/booking/times";
import { when } from "@/features/booking/words";
import { explain } from "@/lib/api/problem";
import { localZone } from "@/lib/time/zone";
import type { ManageSaid } from "./manage-view";
import { RefusalNotice } from "./refusal-notice";
import { Step } from "./step";
import { TimePicker } from "./time-picker";

interface MoveViewProps {
  manageToken: string;
  managed: Managed;
  said: ManageSaid;
  onSay: (next: ManageSaid, how?: { replace: boolean }) => void;
}

/** Another time for the same service and doctor. */
export function MoveView(props: MoveViewProps) {
  const { managed, onSay } = props;
  const { data: practice, error, refetch } = usePractice(managed.practice.slug);
  const service = practice?.services.find(({ id }) => id === managed.service.id);
  const back = () => onSay({ step: undefined });
  return (
    <Step
      title={`Change the time · ${managed.practice.name}`}
      question="When instead?"
      back={{ words: "Keep it as it is", onBack: back }}
    >
      <p className="mb-5 text-muted">
        Now it is {when(managed.appointment.startsAt, managed.appointment.timeZone)}. It stays so until you choose
        another time.
      </p>
      {practice && service ? (
        <LivePractice slug={practice.slug}>
          <Move {...props} practice={practice} service={service} />
        </LivePractice>
      ) : practice || error ? (
        <Notice
          role="alert"
          icon={CalendarX}
          title={practice ? "This service is no longer offered" : "The times could not be loaded"}
          actions={
            !practice && (
              <Button variant="primary" className="min-h-11" onClick={() => void refetch()}>
                Try again
              </Button>
            )
          }
        >
          {practice ? "Your appointment stands. To change it, please call the practice." : explain(error)}
        </Notice>
      ) : (
        <Skeleton className="h-96 w-full" />
      )}
    </Step>
  );
}

function Move({
  manageToken,
  managed,
  said,
  onSay,
  practice,
  service,
}: MoveViewProps & { practice: Practice; service: PublicService }) {
  const { date, zone } = choicesOf(practice, { date: said.date, zone: said.zone });
  const timeZone = zone ?? localZone();
  const news = useSlotNews(practice.slug);
  const announce = useAnnounce();
  const move = useReschedule(manageToken);
  const [chosen, setChosen] = useState<Time | null>(null);
  const slot = chosen?.slots[0];
  const refused = move.variables && move.error && !chosen;

  function confirm() {
    if (!slot) return;
    move.mutate(slot, {
      onSuccess() {
        announce(`Your appointment is now ${when(slot.start, timeZone)}.`);
        onSay({ step: undefined, date: undefined, zone: undefined }, { replace: true });
      },
      onError: (error) => isGone(error) && setChosen(null),
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
            asking={null}
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
        news={news}
        asking={null}
        onDate={(next) => onSay({ date: next }, { replace: true })}
        onZone={(next) => onSay({ zone: next }, { replace: true })}
        onChoose={setChosen}
      />
      <Confirm
        open={slot !== undefined}
        title="Move your appointment?"
        description={slot ? `To ${when(slot.start, timeZone)}. The time you have now becomes free for others.` : ""}
        onDismiss={() => setChosen(null)}
      >
        {move.error && (
          <p role="alert" className="w-full text-lost-text">
            {explain(move.error)}
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
