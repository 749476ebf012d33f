import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { useAnnounce } from "@/components/ui/announcer";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/skeleton";
import { type BookingRules, useBookingRules, useSaveBookingRules } from "@/features/scheduling/api/booking-rules";
import { FormFrame } from "./form-frame";
import { PublicAddress } from "./public-address";

const wholeNumber = (min: number, max: number) =>
  z
    .number("Enter a number.")
    .check(z.int("Use a whole number."), z.gte(min, `Use at least ${min}.`), z.lte(max, `Use at most ${max}.`));

const TWO_MONTHS_MINUTES = 60 * 24 * 60;

const rulesSchema = z.object({
  minimumNoticeMinutes: wholeNumber(0, TWO_MONTHS_MINUTES),
  horizonDays: wholeNumber(1, 366),
  slotStepMinutes: wholeNumber(5, 240).check(z.multipleOf(5, "Use a multiple of 5.")),
  changeCutoffMinutes: wholeNumber(0, TWO_MONTHS_MINUTES),
});

const rules = [
  {
    name: "minimumNoticeMinutes",
    label: "Shortest notice, in minutes",
    hint: "Nobody books a time that begins sooner than this.",
  },
  { name: "horizonDays", label: "How far ahead, in days", hint: "Times further ahead are not offered yet." },
  {
    name: "slotStepMinutes",
    label: "A start every so many minutes",
    hint: "Counted from the beginning of the working hours.",
  },
  {
    name: "changeCutoffMinutes",
    label: "Changes until, in minutes before",
    hint: "Until then patients can move or cancel by themselves.",
  },
] as const;

export function RulesSetup() {
  const { data, error, refetch } = useBookingRules();
  return (
    <div className="max-w-3xl space-y-4">
      <PublicAddress />
      {data ? (
        <RulesForm rules={data} />
      ) : error ? (
        <LoadError title="The rules could not be loaded" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-80 w-full" />
      )}
    </div>
  );
}

function RulesForm({ rules: saved }: { rules: BookingRules }) {
  const announce = useAnnounce();
  const save = useSaveBookingRules();
  const form = useForm<z.infer<typeof rulesSchema>>({ resolver: zodResolver(rulesSchema), defaultValues: saved });
  const { errors, isDirty } = form.formState;
  const submit = form.handleSubmit((fields) =>
    save.mutate(fields, {
      onSuccess() {
        form.reset(fields);
        announce("Saved.");
      },
    }),
  );
  return (
    <FormFrame
      title="What patients may book by themselves"
      isSaving={save.isPending}
      isSaved={save.isSuccess}
      isDirty={isDirty}
      error={save.error}
      onSubmit={submit}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {rules.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} error={errors[name]?.message}>
            {(control) => (
              <Input
                type="number"
                inputMode="numeric"
                min={0}
                {...control}
                {...form.register(name, { valueAsNumber: true })}
              />
            )}
          </Field>
        ))}
      </div>
    </FormFrame>
  );
}
