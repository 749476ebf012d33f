import type { UseFormReturn } from "react-hook-form";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { type Fields, fieldLabels, patientLabels, statuses } from "@/features/appointments/fields";
import { statusWord } from "@/features/appointments/status";

interface AppointmentFieldsProps {
  form: UseFormReturn<Fields>;
  readOnly: boolean;
}

/** Read-only fields stay fields, so that their text can be reached, selected and copied. */
export function AppointmentFields({ form: { register, formState, getValues }, readOnly }: AppointmentFieldsProps) {
  const { errors } = formState;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={fieldLabels.title} error={errors.title?.message} className="sm:col-span-2">
        {(control) => <Input readOnly={readOnly} {...control} {...register("title")} />}
      </Field>
      <Field label={patientLabels.name} error={errors.patient?.name?.message}>
        {(control) => <Input readOnly={readOnly} autoComplete="off" {...control} {...register("patient.name")} />}
      </Field>
      <Field label={fieldLabels.status} error={errors.status?.message}>
        {(control) =>
          readOnly ? (
            <Input readOnly {...control} value={statusWord(getValues("status"))} />
          ) : (
            <Select {...control} {...register("status")}>
              {statuses.map((status) => (
                <option key={status} value={status}>
                  {statusWord(status)}
                </option>
              ))}
            </Select>
          )
        }
      </Field>
      <Field label={patientLabels.email} error={errors.patient?.email?.message}>
        {(control) => (
          <Input type="email" autoComplete="off" readOnly={readOnly} {...control} {...register("patient.email")} />
        )}
      </Field>
      <Field label={patientLabels.phone} error={errors.patient?.phone?.message}>
        {(control) => (
          <Input type="tel" autoComplete="off" readOnly={readOnly} {...control} {...register("patient.phone")} />
        )}
      </Field>
      <Field label={fieldLabels.notes} error={errors.notes?.message} className="sm:col-span-2">
        {(control) => <Textarea readOnly={readOnly} {...control} {...register("notes")} />}
      </Field>
    </div>
  );
}
