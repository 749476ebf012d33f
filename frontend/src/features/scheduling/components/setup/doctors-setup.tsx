import { zodResolver } from "@hookform/resolvers/zod";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useMember } from "@/features/accounts/hooks/session-context";
import { type Doctor, useDoctors } from "@/features/scheduling/api/doctors";
import { useServices } from "@/features/scheduling/api/services";
import type { DoctorForm } from "@/features/scheduling/api/setup";
import { useArchiveDoctor, useSaveDoctor } from "@/features/scheduling/api/setup";
import {
  type DoctorFields,
  doctorFieldsSchema,
  newDoctorFields,
  toDoctorFields,
  toDoctorForm,
} from "@/features/scheduling/doctor-fields";
import { useSetupForm } from "@/features/scheduling/hooks/use-setup-form";
import { zoneNames } from "@/lib/time/zone";
import { CheckboxGroup } from "./checkbox-group";
import { Conflicts } from "./conflicts";
import { ExceptionsEditor } from "./exceptions-editor";
import { FormFrame } from "./form-frame";
import { HoursEditor } from "./hours-editor";
import type { SetupSectionProps } from "./section-props";
import { SetupList } from "./setup-list";

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
  /** Null for a new doctor. */
  doctor: Doctor | null;
  onItem: SetupSectionProps["onItem"];
}

function DoctorEditor({ doctor, onItem }: DoctorEditorProps) {
  const { timeZone } = useMember().tenant;
  const services = useServices().data;
  const save = useSaveDoctor();
  const { form, frame } = useSetupForm<DoctorFields, DoctorForm>({
    item: doctor,
    resolver: zodResolver(doctorFieldsSchema),
    defaultValues: doctor ? toDoctorFields(doctor) : newDoctorFields(timeZone),
    toForm: toDoctorForm,
    save,
    archive: useArchiveDoctor(),
    archiveConsequence: "They can no longer be booked. Appointments that are booked already stay.",
    onItem,
  });
  const { register, formState } = form;
  const { errors } = formState;
  return (
    <FormFrame
      title={doctor ? doctor.name : "A new doctor"}
      {...frame}
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
