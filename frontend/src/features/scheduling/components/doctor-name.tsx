import { LoadingText } from "@/components/ui/loading-text";
import { useDoctors } from "@/features/scheduling/api/doctors";

export function DoctorName({ doctorId }: { doctorId: string }) {
  const { data: doctors, isError } = useDoctors();
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <span
        aria-hidden
        className="size-2.5 shrink-0 rounded-mark"
        style={{ background: doctors?.color(doctorId) ?? "var(--muted)" }}
      />
      <span className="truncate">
        {doctors ? (doctors.find(doctorId)?.name ?? "Former doctor") : <LoadingText failed={isError} />}
      </span>
    </span>
  );
}
