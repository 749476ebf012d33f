import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { fieldLabels } from "@/features/appointments/fields";
import { useLabels } from "@/features/appointments/hooks/use-labels";
import { useDoctors } from "@/features/scheduling/api/doctors";
import { useServices } from "@/features/scheduling/api/services";
import type { FieldsProps } from "./time-fields";

/** Doctor and service. */
export function SubjectFields({ form, readOnly }: FieldsProps) {
  const { register, setValue, getValues, watch, formState } = form;
  const { errors } = formState;
  const [doctorId, serviceId] = watch(["doctorId", "serviceId"]);
  const doctors = useDoctors().data;
  const services = useServices().data;
  const labels = useLabels();
  const doctor = doctors?.find(doctorId);
  const isUnusual = services?.has(serviceId) && doctor && !doctor.serviceIds.includes(serviceId);
  /** A length that is the service's own follows the next service. */
  const updateMinutes = (nextId: string) => {
    const [was, next] = [services?.get(serviceId), services?.get(nextId)];
    const minutes = getValues("minutes");
    const isUsual = minutes === "" || minutes === String(was?.durationMinutes);
    if (next && isUsual) setValue("minutes", String(next.durationMinutes), { shouldDirty: true });
  };
  return (
    <>
      <Field label={fieldLabels.doctorId} error={errors.doctorId?.message}>
        {(control) =>
          readOnly ? (
            <Input readOnly {...control} value={labels.doctorId(doctorId)} />
          ) : (
            <Select {...control} {...register("doctorId")} value={doctorId}>
              <Options chosen={doctorId} label={labels.doctorId} ids={doctors?.all.map(({ id }) => id) ?? []} />
            </Select>
          )
        }
      </Field>
      <Field
        label={fieldLabels.serviceId}
        error={errors.serviceId?.message}
        hint={isUnusual && `${doctor.name} does not usually do this.`}
      >
        {(control) =>
          readOnly ? (
            <Input readOnly {...control} value={labels.serviceId(serviceId)} />
          ) : (
            <Select
              {...control}
              {...register("serviceId", { onChange: ({ target }) => updateMinutes(target.value) })}
              value={serviceId}
            >
              <Options chosen={serviceId} label={labels.serviceId} ids={[...(services?.keys() ?? [])]} />
            </Select>
          )
        }
      </Field>
    </>
  );
}

/** The chosen id stays an option, also when the list does not have it, or is still loading. */
function Options({ chosen, ids, label }: { chosen: string; ids: string[]; label: (id: string) => string }) {
  return (ids.includes(chosen) ? ids : [chosen, ...ids]).map((id) => (
    <option key={id} value={id}>
      {id === "" ? "Choose…" : label(id)}
    </option>
  ));
}
