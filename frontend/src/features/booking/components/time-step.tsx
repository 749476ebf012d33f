import { ANY_DOCTOR } from "@/features/booking/choices";
import type { HoldHandle } from "@/features/booking/hooks/use-hold";
import { durationLabel } from "@/features/booking/labels";
import { ChoicesMade } from "./choices-made";
import { RefusalNotice } from "./refusal-notice";
import { Step } from "./step";
import { TimePicker, type TimePickerProps } from "./time-picker";

interface TimeStepProps extends Omit<TimePickerProps, "pendingStart"> {
  holding: HoldHandle;
  onService: () => void;
  /** Undefined if there is only one doctor. */
  onDoctor: (() => void) | undefined;
}

export function TimeStep({ holding, onService, onDoctor, ...picker }: TimeStepProps) {
  const { practice, service, doctor, timeZone, onChoose } = picker;
  const { refusal, pendingStart } = holding;
  const name = practice.doctors.find(({ id }) => id === doctor)?.name ?? "Any doctor";
  const again = () => refusal && onChoose({ start: refusal.start, slots: refusal.slots });
  return (
    <Step title={`Choose a time at ${practice.name}`} question="When?">
      <ChoicesMade
        choices={[
          {
            name: "Service",
            value: [service.name, durationLabel(service.durationMinutes), service.price].filter(Boolean).join(" · "),
            onChange: onService,
          },
          { name: "Doctor", value: name, onChange: onDoctor },
        ]}
      />
      {refusal && (
        <div className="mb-5">
          <RefusalNotice
            refusal={refusal}
            timeZone={timeZone}
            doctors={practice.doctors}
            doctorId={doctor === ANY_DOCTOR ? undefined : doctor}
            pendingStart={pendingStart}
            onChoose={onChoose}
            onRetry={() => void again()}
          />
        </div>
      )}
      <TimePicker {...picker} pendingStart={pendingStart} />
    </Step>
  );
}
