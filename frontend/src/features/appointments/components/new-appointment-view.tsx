import { Link } from "@tanstack/react-router";
import { ArrowLeft, History, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Bar } from "@/components/ui/bar";
import { Button, buttonClass } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { PageHeading } from "@/components/ui/page-heading";
import type { Appointment } from "@/features/appointments/api/types";
import { fieldLabels } from "@/features/appointments/fields";
import { useCreate } from "@/features/appointments/hooks/use-create";
import { useNewForm } from "@/features/appointments/hooks/use-new-form";
import { useShortcut } from "@/lib/hooks/use-shortcut";
import { paths } from "@/lib/paths";
import { longCalendarDate } from "@/lib/time/format";
import { FreeTimes } from "./free-times";
import { LeaveGuard } from "./leave-guard";
import { PatientFields } from "./patient-fields";
import { SubjectFields } from "./subject-fields";
import { TimeFields } from "./time-fields";
import { TimeNotices } from "./time-notices";

interface NewAppointmentViewProps {
  /** Undefined for today. */
  date: string | undefined;
  doctorId: string | undefined;
  onCreated: (appointment: Appointment) => void;
}

/** The form for a new appointment: at an offered time, or any other that is free. */
export function NewAppointmentView({ date, doctorId, onCreated }: NewAppointmentViewProps) {
  const { form, hasUnsaved, discard, isRestored, startOver } = useNewForm({ date, doctorId });
  const { create, creating, created, problem, conflict } = useCreate(form);
  const announce = useAnnounce();
  const { register, formState } = form;
  useShortcut({ key: "s", mod: true, run: () => void create() });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (!created) return;
    discard();
    announce("The appointment is booked.");
    onCreated(created);
  }, [created]);
  const back = { ...(date && { date }), ...(doctorId && { doctor: doctorId }) };
  return (
    <div className="mx-auto max-w-3xl space-y-4">
      <div>
        <Link
          to={paths.appointments}
          search={back}
          className="-ml-1 inline-flex items-center gap-1 rounded-control px-1 py-1 text-muted hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {date ? longCalendarDate(date) : "Today"}
        </Link>
        <PageHeading title="New appointment" />
      </div>
      {isRestored && (
        <Bar
          tone="mine"
          icon={History}
          title="What you typed before your session ended is here again"
          actions={<Button onClick={startOver}>Begin anew</Button>}
        />
      )}
      <form
        noValidate
        aria-label="New appointment"
        className="grid gap-4 rounded-card border border-line bg-surface p-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <SubjectFields form={form} readOnly={false} />
        <TimeFields form={form} readOnly={false}>
          <TimeNotices form={form} conflict={conflict} isChanged />
          <div className="mt-4">
            <FreeTimes form={form} />
          </div>
        </TimeFields>
        <PatientFields form={form} readOnly={false} />
        <Field label={fieldLabels.notes} error={formState.errors.notes?.message} className="sm:col-span-2">
          {(control) => <Textarea {...control} {...register("notes")} />}
        </Field>
        <div role="alert" className="sm:col-span-2 [&:empty]:hidden">
          {problem && (
            <Bar tone="lost" icon={TriangleAlert} title="This is not booked yet">
              {problem}
            </Bar>
          )}
        </div>
        <div className="flex flex-wrap gap-2 sm:col-span-2">
          <Button type="submit" variant="primary" aria-keyshortcuts="Control+S Meta+S" busy={creating}>
            Book appointment <Kbd keys="Mod+S" />
          </Button>
          <Link to={paths.appointments} search={back} className={buttonClass("secondary")}>
            Cancel
          </Link>
        </div>
      </form>
      <LeaveGuard hasUnsaved={hasUnsaved && !created} onLeave={discard} />
    </div>
  );
}
