import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { type SignIn, signInSchema, useSignIn } from "@/features/accounts/api/sign-in";
import { FormError } from "./form-error";

export function SignInForm() {
  const signIn = useSignIn();
  // This form stays on the screen until the next page's script is loaded.
  const isSubmitting = signIn.isPending || signIn.isSuccess;
  const { register, handleSubmit, formState } = useForm<SignIn>({ resolver: zodResolver(signInSchema) });
  const { errors } = formState;
  return (
    <form noValidate className="space-y-4" onSubmit={handleSubmit((form) => signIn.mutate(form))}>
      <Field label="Email" error={errors.email?.message}>
        {(control) => <Input type="email" autoComplete="username" {...control} {...register("email")} />}
      </Field>
      <Field label="Password" error={errors.password?.message}>
        {(control) => <Input type="password" autoComplete="current-password" {...control} {...register("password")} />}
      </Field>
      <FormError error={signIn.error} />
      <Button type="submit" variant="primary" className="w-full" busy={isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}
