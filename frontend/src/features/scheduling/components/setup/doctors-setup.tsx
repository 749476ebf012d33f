import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { useAnnounce } from "@/components/ui/announcer";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useMember } from "@/features/accounts/hooks/session-context";
import { type Doctor, useDoctors } from "@/features/scheduling/api/doctors";
import { useServices } from "@/features/scheduling/api/services";
import { useArchiveDoctor, useSaveDoctor } from "@/features/scheduling/api/setup";
import {
  type DoctorFields,
  doctorFieldsSchema,
  newDoctorFields,
  toDoctorFields,
  toDoctorForm,
} from "@/features/scheduling/doctor-fields";
import { zoneNames } from "@/lib/time/zone";
import { CheckboxGroup } from "./checkbox-group";
import { Conflicts } from "./conflicts";
import { ExceptionsEditor } from "./exceptions-editor";
import { FormFrame, focusFirstError } from "./form-frame";
import { HoursEditor } from "./hours-editor";
import { SetupList } from "./setup-list";
import type { SetupSectionProps } from "./setup-view";

export function DoctorsSetup({ item, onItem }: SetupSectionProps) {
  const { data, error, refetch } = useDoctors();
  return (
    <SetupList
      name="Doctors"
      addLabel="Add a doctor"
      emptyMessage="Nobody can be booked yet. Add your first doctor."
      items={data?.all.map(({ id, name, specialty }) => ({ id, title: name, detail: specialty }))}
      error={error}
      onRetry={() => void refetch()}
      item={item}
      onItem={onItem}
    >
      <DoctorEditor key={item} doctor={data?.find(item ?? "") ?? null} onItem={onItem} />
    </SetupList>
  );
}

interface DoctorEditorProps {
  /** Null for a new one. */
  doctor: Doctor | null;
  onItem: SetupSectionProps["onItem"];
}

function DoctorEditor({ doctor, onItem }: DoctorEditorProps) {
  const { timeZone } = useMember().tenant;
  const services = useServices().data;
  const announce = useAnnounce();
  const save = useSaveDoctor();
  const archive = useArchiveDoctor();
  const form = useForm<DoctorFields>({
    resolver: zodResolver(doctorFieldsSchema),
    defaultValues: doctor ? toDoctorFields(doctor) : newDoctorFields(timeZone),
  });
  const { register, formState } = form;
  const { errors, isDirty } = formState;
  const submit = form.handleSubmit(
    (fields) =>
      save.mutate(
        { id: doctor?.id ?? null, form: toDoctorForm(fields) },
        {
          onSuccess({ id, conflicts }) {
            form.reset(fields);
            announce(conflicts.length > 0 ? `Saved. ${conflicts.length} appointments do not fit any more.` : "Saved.");
            if (!doctor) onItem(id, { replace: true });
          },
        },
      ),
    focusFirstError,
  );
  return (
    <FormFrame
      title={doctor ? doctor.name : "A new doctor"}
      isSaving={save.isPending}
      isSaved={save.isSuccess}
      isDirty={isDirty}
      error={save.error}
      onSubmit={submit}
      archive={
        doctor
          ? {
              question: `Remove ${doctor.name}?`,
              consequence: "They can no longer be booked. Appointments that are booked already stay.",
              isBusy: archive.isPending,
              error: archive.error,
              onArchive: () => archive.mutate(doctor.id, { onSuccess: () => onItem(undefined, { replace: true }) }),
            }
          : undefined
      }
      after={<Conflicts conflicts={save.data?.conflicts ?? []} timeZone={form.getValues("timeZone")} />}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" error={errors.name?.message}>
          {(control) => <Input autoComplete="off" {...control} {...register("name")} />}
        </Field>
        <Field label="Specialty" error={errors.specialty?.message}>
          {(control) => <Input autoComplete="off" {...control} {...register("specialty")} />}
        </Field>
        <Field label="Time zone" hint="The hours below are on this clock.">
          {(control) => (
            <Select {...control} {...register("timeZone")}>
              {[...new Set([form.getValues("timeZone"), ...zoneNames()])].map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll("_", " ")}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {services && (
        <CheckboxGroup
          chosen={form.watch("serviceIds")}
          onChange={(next) => form.setValue("serviceIds", next, { shouldDirty: true })}
          legend="Services"
          hint={
            services.size === 0 ? "There are none yet: add them under Services." : "What patients can book with them."
          }
          options={[...services.values()].map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <HoursEditor
        form={form}
        name="workingHours"
        legend="Working hours"
        emptyLabel="Not working"
        initialSpan={{ start: "09:00", end: "17:00" }}
      />
      <HoursEditor
        form={form}
        name="breaks"
        legend="Breaks"
        emptyLabel="None"
        initialSpan={{ start: "12:00", end: "13:00" }}
      />
      <ExceptionsEditor form={form} />
    </FormFrame>
  );
}
