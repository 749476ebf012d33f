import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { passwordHint, type SignUp, signUpSchema, useSignUp } from "@/features/accounts/api/sign-up";
import { fieldErrorsOf } from "@/lib/api/problem";
import { localZone, zoneNames } from "@/lib/time/zone";
import { FormError } from "./form-error";

export function SignUpForm() {
  const signUp = useSignUp();
  // This form stays on the screen until the next page's script is loaded.
  const isSubmitting = signUp.isPending || signUp.isSuccess;
  const { register, handleSubmit, setError, formState } = useForm<SignUp>({
    resolver: zodResolver(signUpSchema),
    defaultValues: { timeZone: localZone() },
  });
  const { errors } = formState;
  const submit = handleSubmit((form) =>
    signUp.mutate(form, {
      onError: (error) => {
        for (const { field, message } of fieldErrorsOf(error)) setError(field as keyof SignUp, { message });
      },
    }),
  );
  return (
    <form noValidate className="space-y-4" onSubmit={submit}>
      <Field label="Practice name" error={errors.tenantName?.message}>
        {(control) => <Input autoComplete="organization" {...control} {...register("tenantName")} />}
      </Field>
      <Field label="Time zone" hint="Appointment times are shown in this zone." error={errors.timeZone?.message}>
        {(control) => (
          <Select {...control} {...register("timeZone")}>
            {zoneNames().map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Your name" error={errors.name?.message}>
        {(control) => <Input autoComplete="name" {...control} {...register("name")} />}
      </Field>
      <Field label="Email" error={errors.email?.message}>
        {(control) => <Input type="email" autoComplete="username" {...control} {...register("email")} />}
      </Field>
      <Field label="Password" hint={passwordHint} error={errors.password?.message}>
        {(control) => <Input type="password" autoComplete="new-password" {...control} {...register("password")} />}
      </Field>
      <FormError error={fieldErrorsOf(signUp.error).length > 0 ? null : signUp.error} />
      <Button type="submit" variant="primary" className="w-full" busy={isSubmitting}>
        Create practice
      </Button>
    </form>
  );
}
