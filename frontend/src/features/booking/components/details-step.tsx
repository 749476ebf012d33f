import type { UseFormReturn } from "react-hook-form";
import type { Hold } from "@/features/booking/api/holds";
import type { Practice, PublicService } from "@/features/booking/api/types";
import type { Details } from "@/features/booking/details";
import { useBook } from "@/features/booking/hooks/use-book";
import type { HoldHandle } from "@/features/booking/hooks/use-hold";
import { useTimeLeft } from "@/features/booking/hooks/use-time-left";
import { dateAndTime, durationLabel, showsSameTime, timeElsewhere } from "@/features/booking/labels";
import type { Time } from "@/features/booking/times";
import { hasCode } from "@/lib/api/problem";
import { shortWhen, zoneCity } from "@/lib/time/format";
import { DetailsForm } from "./details-form";
import { HoldBar } from "./hold-bar";
import { RefusalNotice } from "./refusal-notice";
import { Step } from "./step";

interface DetailsStepProps {
  practice: Practice;
  service: PublicService;
  timeZone: string;
  holding: HoldHandle;
  hold: Hold;
  form: UseFormReturn<Details>;
  onChoose: (time: Time) => void;
  onBack: () => void;
  onBooked: (manageToken: string) => void;
}

/** The patient's details for the held time. */
export function DetailsStep({ practice, service, timeZone, holding, hold, form, ...on }: DetailsStepProps) {
  const leftMs = useTimeLeft(hold.endsAtMs);
  const booking = useBook(practice.slug, timeZone, {
    onBooked: on.onBooked,
    onGone: (error) => {
      holding.expire();
      if (hasCode(error, "SLOT_TAKEN")) holding.refuse(hold.slot, error);
    },
  });
  const { slot } = hold;
  const again = () => on.onChoose({ start: slot.start, slots: [slot] });
  return (
    <Step
      title={`Your details for ${practice.name}`}
      question="Your details"
      back={{ label: "Another time", onBack: on.onBack }}
    >
      <div className="space-y-5">
        <Chosen practice={practice} service={service} hold={hold} timeZone={timeZone} />
        {holding.refusal ? (
          <RefusalNotice
            refusal={holding.refusal}
            timeZone={timeZone}
            doctors={practice.doctors}
            doctorId={slot.doctorId}
            pendingStart={holding.pendingStart}
            onChoose={on.onChoose}
            onRetry={again}
          />
        ) : (
          <HoldBar
            leftMs={leftMs}
            label={shortWhen(slot.start, timeZone)}
            isPending={holding.pendingStart === slot.start}
            onHoldAgain={again}
          />
        )}
        <DetailsForm
          form={form}
          booking={booking}
          isHeld={leftMs > 0}
          onSubmit={(details) => void booking.submit(hold, details)}
        />
      </div>
    </Step>
  );
}

interface ChosenProps {
  practice: Practice;
  service: PublicService;
  hold: Hold;
  timeZone: string;
}

/** The appointment to be booked, in both zones if their clocks differ. */
function Chosen({ practice, service, hold: { slot }, timeZone }: ChosenProps) {
  const doctor = practice.doctors.find(({ id }) => id === slot.doctorId);
  const zone = doctor?.timeZone ?? practice.timeZone;
  return (
    <div className="rounded-card border border-line bg-surface p-4">
      <p className="font-semibold text-lg">
        <time dateTime={slot.start}>{dateAndTime(slot.start, timeZone)}</time>
      </p>
      {!showsSameTime(zone, timeZone, slot.start) && (
        <p className="text-muted">
          {zoneCity(timeZone)} time. That is {timeElsewhere(slot.start, zone, timeZone)}.
        </p>
      )}
      <p className="mt-1 text-muted">
        {[service.name, durationLabel(service.durationMinutes), service.price, doctor?.name]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>
  );
}
