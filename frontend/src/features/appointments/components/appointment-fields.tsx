import type { ReactNode } from "react";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { fieldLabels, statuses } from "@/features/appointments/fields";
import { statusLabel } from "@/features/appointments/status";
import { PatientFields } from "./patient-fields";
import { SubjectFields } from "./subject-fields";
import { type FieldsProps, TimeFields } from "./time-fields";

interface AppointmentFieldsProps extends FieldsProps {
  /** Notices about the time. */
  children?: ReactNode;
}

/** All fields. Read-only ones stay inputs, so that their text can be focused, selected and copied. */
export function AppointmentFields({ form, readOnly, children }: AppointmentFieldsProps) {
  const { register, formState, getValues } = form;
  const { errors } = formState;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={fieldLabels.title} error={errors.title?.message}>
        {(control) => <Input readOnly={readOnly} {...control} {...register("title")} />}
      </Field>
      <Field label={fieldLabels.status} error={errors.status?.message}>
        {(control) =>
          readOnly ? (
            <Input readOnly {...control} value={statusLabel(getValues("status"))} />
          ) : (
            <Select {...control} {...register("status")}>
              {statuses.map((status) => (
                <option key={status} value={status}>
                  {statusLabel(status)}
                </option>
              ))}
            </Select>
          )
        }
      </Field>
      <TimeFields form={form} readOnly={readOnly}>
        {children}
      </TimeFields>
      <SubjectFields form={form} readOnly={readOnly} />
      <PatientFields form={form} readOnly={readOnly} />
      <Field label={fieldLabels.notes} error={errors.notes?.message} className="sm:col-span-2">
        {(control) => <Textarea readOnly={readOnly} {...control} {...register("notes")} />}
      </Field>
    </div>
  );
}
