import { CalendarOff } from "lucide-react";
import { Notice } from "@/components/ui/notice";
import type { Practice } from "@/features/booking/api/types";
import { durationLabel } from "@/features/booking/labels";
import { ChoiceCard } from "./choice-card";
import { Step } from "./step";

interface ServiceStepProps {
  practice: Practice;
  onChoose: (serviceId: string) => void;
}

export function ServiceStep({ practice, onChoose }: ServiceStepProps) {
  const services = practice.services.filter(({ id }) => practice.doctors.some((one) => one.serviceIds.includes(id)));
  if (services.length === 0) {
    return (
      <Notice page icon={CalendarOff} title={`${practice.name} takes no bookings here yet`}>
        Please get in touch with the practice to make an appointment.
      </Notice>
    );
  }
  return (
    <Step title={`Book at ${practice.name}`} question="What would you like to book?">
      <ul className="space-y-2">
        {services.map(({ id, name, durationMinutes, price, color }) => (
          <ChoiceCard
            key={id}
            mark={<span aria-hidden className="h-8 w-1.5 shrink-0 rounded-full" style={{ background: color }} />}
            title={name}
            detail={durationLabel(durationMinutes)}
            aside={price}
            onChoose={() => onChoose(id)}
          />
        ))}
      </ul>
    </Step>
  );
}
