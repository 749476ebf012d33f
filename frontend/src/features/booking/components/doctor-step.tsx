import { Users } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import type { PublicDoctor } from "@/features/booking/api/types";
import { ANY_DOCTOR } from "@/features/booking/choices";
import { ChoiceCard } from "./choice-card";
import { Step } from "./step";

interface DoctorStepProps {
  practice: string;
  /** The doctors who offer the service. */
  doctors: readonly PublicDoctor[];
  onChoose: (doctor: string) => void;
  onBack: () => void;
}

export function DoctorStep({ practice, doctors, onChoose, onBack }: DoctorStepProps) {
  return (
    <Step title={`Choose a doctor at ${practice}`} question="With whom?" back={{ label: "Another service", onBack }}>
      <ul className="space-y-2">
        <ChoiceCard
          mark={
            <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft">
              <Users className="size-4 text-accent-text" />
            </span>
          }
          title="Any doctor"
          detail="The most times to choose from"
          onChoose={() => onChoose(ANY_DOCTOR)}
        />
        {doctors.map(({ id, name, specialty }) => (
          <ChoiceCard
            key={id}
            mark={<Avatar userId={id} name={name} />}
            title={name}
            detail={specialty}
            onChoose={() => onChoose(id)}
          />
        ))}
      </ul>
    </Step>
  );
}
