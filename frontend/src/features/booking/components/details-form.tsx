import { CircleAlert, WifiOff } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Bar } from "@/components/ui/bar";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { type Details, detailsFieldOf } from "@/features/booking/details";
import type { BookHandle } from "@/features/booking/hooks/use-book";
import { errorMessage, fieldErrorsOf, NetworkError } from "@/lib/api/problem";

interface DetailsFormProps {
  form: UseFormReturn<Details>;
  booking: BookHandle;
  /** The hold has not expired. */
  isHeld: boolean;
  onSubmit: (details: Details) => void;
  children?: ReactNode;
}

export function DetailsForm({ form, booking, isHeld, onSubmit, children }: DetailsFormProps) {
  const { register, handleSubmit, formState } = form;
  const { errors } = formState;
  const { isUncertain, isBooking, error } = booking;
  const otherErrors = useServerErrors(form, error);
  const input = { className: "min-h-11", readOnly: isUncertain || isBooking };
  return (
    <form noValidate aria-label="Your details" className="space-y-4" onSubmit={handleSubmit(onSubmit)}>
      <Field label="Name" error={errors.name?.message}>
        {(control) => <Input autoComplete="name" required {...input} {...control} {...register("name")} />}
      </Field>
      <Field label="Email" error={errors.email?.message}>
        {(control) => (
          <Input type="email" autoComplete="email" required {...input} {...control} {...register("email")} />
        )}
      </Field>
      <Field label="Phone (optional)" error={errors.phone?.message}>
        {(control) => <Input type="tel" autoComplete="tel" {...input} {...control} {...register("phone")} />}
      </Field>
      <Field label="What should the practice know? (optional)" error={errors.notes?.message}>
        {(control) => <Textarea readOnly={input.readOnly} {...control} {...register("notes")} />}
      </Field>
      {children}
      <div role="alert">
        <Failure booking={booking} otherErrors={otherErrors} />
      </div>
      <Button
        type="submit"
        variant="primary"
        className="h-12 w-full text-lg"
        busy={isBooking}
        disabled={!isHeld && !isUncertain}
      >
        {isUncertain ? "Try again" : "Book this time"}
      </Button>
    </form>
  );
}

/** Shows the server's validation errors beside the fields. Returns those without a field here. */
function useServerErrors(form: UseFormReturn<Details>, error: unknown): string[] {
  const { setError } = form;
  useEffect(() => {
    let first = true;
    for (const { field, message } of fieldErrorsOf(error)) {
      const name = detailsFieldOf(field);
      if (name) setError(name, { message }, { shouldFocus: first });
      if (name) first = false;
    }
  }, [error, setError]);
  return fieldErrorsOf(error)
    .filter(({ field }) => !detailsFieldOf(field))
    .map(({ message }) => message);
}

function Failure({ booking: { error, isUncertain }, otherErrors }: { booking: BookHandle; otherErrors: string[] }) {
  if (error === null) return null;
  if (isUncertain) {
    return (
      <Bar tone="lost" icon={WifiOff} title="We do not know yet whether this was booked">
        {error instanceof NetworkError
          ? "No answer came. Check your connection, then try again."
          : "The server failed."}{" "}
        Trying again sends the same once more, and cannot book twice.
      </Bar>
    );
  }
  if (fieldErrorsOf(error).length > 0) {
    return (
      <p className="flex items-start gap-2 text-lost-text">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        {otherErrors.length > 0 ? otherErrors.join(" ") : "Please mend what is marked above, then book again."}
      </p>
    );
  }
  return (
    <Bar tone="lost" icon={CircleAlert} title="This could not be booked">
      {errorMessage(error)}
    </Bar>
  );
}
