import { Select } from "@/components/ui/select";
import { useDoctors } from "@/features/scheduling/api/doctors";

interface DoctorFilterProps {
  value: string | undefined;
  onChange: (doctorId: string | undefined) => void;
}

export function DoctorFilter({ value, onChange }: DoctorFilterProps) {
  const doctors = useDoctors().data?.all ?? [];
  return (
    <Select
      aria-label="Doctor"
      className="w-full sm:w-56"
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">All doctors</option>
      {doctors.map((doctor) => (
        <option key={doctor.id} value={doctor.id}>
          {doctor.name}
        </option>
      ))}
    </Select>
  );
}
