import { Awaited } from "@/components/ui/awaited";
import { useDoctors } from "@/features/scheduling/api/doctors";

export function DoctorName({ doctorId }: { doctorId: string }) {
  const { data: doctors, isError } = useDoctors();
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <span
        aria-hidden
        className="size-2.5 shrink-0 rounded-mark"
        style={{ background: doctors?.hue(doctorId) ?? "var(--muted)" }}
      />
      <span className="truncate">
        {doctors ? (doctors.find(doctorId)?.name ?? "Former doctor") : <Awaited failed={isError} />}
      </span>
    </span>
  );
}
