import { zodResolver } from "@hookform/resolvers/zod";
import { SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { useForm } from "react-hook-form";
import { LoadError } from "@/components/ui/load-error";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePractice } from "@/features/booking/api/practice";
import type { Practice } from "@/features/booking/api/types";
import { choicesOf } from "@/features/booking/choices";
import { type Details, detailsSchema, noDetails } from "@/features/booking/details";
import { useHold } from "@/features/booking/hooks/use-hold";
import { useTakenSpans } from "@/features/booking/hooks/use-taken-spans";
import { LivePractice } from "@/features/booking/hooks/visitor-context";
import type { BookingSearch } from "@/features/booking/search";
import type { Time } from "@/features/booking/times";
import { hasCode } from "@/lib/api/problem";
import { localZone } from "@/lib/time/zone";
import { DetailsStep } from "./details-step";
import { DoctorStep } from "./doctor-step";
import { PublicShell } from "./public-shell";
import { ServiceStep } from "./service-step";
import { TimeStep } from "./time-step";

interface BookingViewProps {
  slug: string;
  search: BookingSearch;
  /** Changes the address. `replace` adds no history entry. */
  onSearchChange: (next: BookingSearch, how?: { replace: boolean }) => void;
  onBooked: (manageToken: string) => void;
}

/** A practice's booking page: service, doctor, time, then the patient's details. */
export function BookingView({ slug, ...rest }: BookingViewProps) {
  const { data: practice, error, refetch } = usePractice(slug);
  return (
    <PublicShell practice={practice?.name}>
      {practice ? (
        <LivePractice slug={slug}>
          <Questions practice={practice} {...rest} />
        </LivePractice>
      ) : error ? (
        <NoPractice error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </PublicShell>
  );
}

type QuestionsProps = Omit<BookingViewProps, "slug"> & { practice: Practice };

function Questions({ practice, search, onSearchChange, onBooked }: QuestionsProps) {
  const { service, doctors, doctor, date, zone } = choicesOf(practice, search);
  const timeZone = zone ?? localZone();
  const holding = useHold(practice.slug);
  const takenSpans = useTakenSpans(practice.slug);
  // Here, so that typed details survive the choice of another time.
  const form = useForm<Details>({ resolver: zodResolver(detailsSchema), defaultValues: noDetails });
  const { at, ...choices } = search;
  useLeavingDetails(at, holding.release);
  const isHoldGone = at !== undefined && !holding.hold;
  useEffect(() => {
    if (isHoldGone) onSearchChange({ at: undefined }, { replace: true });
  }, [isHoldGone, onSearchChange]);

  if (!service) {
    return (
      <ServiceStep
        practice={practice}
        onChoose={(id) => onSearchChange({ ...choices, service: id, doctor: undefined })}
      />
    );
  }
  if (!doctor) {
    return (
      <DoctorStep
        practice={practice.name}
        doctors={doctors}
        onChoose={(next) => onSearchChange({ ...choices, doctor: next })}
        onBack={() => onSearchChange({ ...choices, service: undefined })}
      />
    );
  }
  async function choose({ start, slots }: Time, replace: boolean) {
    if (service && (await holding.place(service.id, slots)))
      onSearchChange({ service: service.id, doctor, at: start }, { replace });
  }
  if (at && holding.hold) {
    return (
      <DetailsStep
        practice={practice}
        service={service}
        timeZone={timeZone}
        holding={holding}
        hold={holding.hold}
        form={form}
        onChoose={(time) => void choose(time, true)}
        onBack={() => onSearchChange({ at: undefined })}
        onBooked={(manageToken) => {
          holding.markBooked();
          onBooked(manageToken);
        }}
      />
    );
  }
  return (
    <TimeStep
      practice={practice}
      service={service}
      doctor={doctor}
      date={date}
      timeZone={timeZone}
      takenSpans={takenSpans}
      holding={holding}
      onDate={(next) => onSearchChange({ date: next }, { replace: true })}
      onZone={(next) => onSearchChange({ zone: next }, { replace: true })}
      onService={() => onSearchChange({ service: undefined, doctor: undefined, date: undefined })}
      onDoctor={doctors.length > 1 ? () => onSearchChange({ doctor: undefined }) : undefined}
      onChoose={(time) => void choose(time, false)}
    />
  );
}

/** Calls `onLeave` when the details step is left, also by the browser's Back. */
function useLeavingDetails(at: string | undefined, onLeave: () => void): void {
  const before = useRef(at);
  useEffect(() => {
    if (before.current && !at) onLeave();
    before.current = at;
  }, [at, onLeave]);
}

function NoPractice({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (hasCode(error, "NOT_FOUND")) {
    return (
      <Notice page icon={SearchX} title="There is no practice at this address">
        Check the address for a mistake, or ask the practice for its booking page.
      </Notice>
    );
  }
  return <LoadError page large title="The booking page could not be loaded" error={error} onRetry={onRetry} />;
}

function Loading() {
  return (
    <div aria-busy="true" className="space-y-2">
      <p role="status" className="sr-only">
        Loading the booking page…
      </p>
      <Skeleton className="mb-4 h-9 w-72 max-w-full" />
      {["a", "b", "c"].map((card) => (
        <Skeleton key={card} className="h-17 w-full" />
      ))}
    </div>
  );
}
