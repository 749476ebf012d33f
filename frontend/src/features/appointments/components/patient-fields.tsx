import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { patientLabels } from "@/features/appointments/fields";
import type { FieldsProps } from "./time-fields";

export function PatientFields({ form: { register, formState }, readOnly }: FieldsProps) {
  const errors = formState.errors.patient;
  return (
    <>
      <Field label={patientLabels.name} error={errors?.name?.message} className="sm:col-span-2">
        {(control) => <Input readOnly={readOnly} autoComplete="off" {...control} {...register("patient.name")} />}
      </Field>
      <Field label={patientLabels.email} error={errors?.email?.message}>
        {(control) => (
          <Input type="email" autoComplete="off" readOnly={readOnly} {...control} {...register("patient.email")} />
        )}
      </Field>
      <Field label={patientLabels.phone} error={errors?.phone?.message}>
        {(control) => (
          <Input type="tel" autoComplete="off" readOnly={readOnly} {...control} {...register("patient.phone")} />
        )}
      </Field>
    </>
  );
}
