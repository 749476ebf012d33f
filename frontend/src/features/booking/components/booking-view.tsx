import { zodResolver } from "@hookform/resolvers/zod";
import { CircleAlert, SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePractice } from "@/features/booking/api/practice";
import type { Practice } from "@/features/booking/api/shapes";
import { choicesOf, type Said } from "@/features/booking/choices";
import { type Details, detailsSchema, noDetails } from "@/features/booking/details";
import { useHold } from "@/features/booking/hooks/use-hold";
import { useSlotNews } from "@/features/booking/hooks/use-slot-news";
import { LivePractice } from "@/features/booking/hooks/visitor-context";
import type { Time } from "@/features/booking/times";
import { explain, hasCode } from "@/lib/api/problem";
import { localZone } from "@/lib/time/zone";
import { DetailsStep } from "./details-step";
import { DoctorStep } from "./doctor-step";
import { PublicShell } from "./public-shell";
import { ServiceStep } from "./service-step";
import { TimeStep } from "./time-step";

interface BookingViewProps {
  slug: string;
  said: Said;
  /** Changes the address; `replace` where there is nothing to come back to. */
  onSay: (next: Said, how?: { replace: boolean }) => void;
  onBooked: (manageToken: string) => void;
}

/** A practice's public page: what, with whom, when, and for whom. */
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

function Questions({ practice, said, onSay, onBooked }: QuestionsProps) {
  const { service, doctors, doctor, date, zone } = choicesOf(practice, said);
  const timeZone = zone ?? localZone();
  const holding = useHold(practice.slug);
  const news = useSlotNews(practice.slug);
  // Here, so that what was typed is still there after another time was chosen.
  const form = useForm<Details>({ resolver: zodResolver(detailsSchema), defaultValues: noDetails });
  const { at, ...before } = said;
  useLeavingDetails(at, holding.giveBack);
  const isLost = at !== undefined && !holding.hold;
  useEffect(() => {
    if (isLost) onSay({ at: undefined }, { replace: true });
  }, [isLost, onSay]);

  if (!service) {
    return <ServiceStep practice={practice} onChoose={(id) => onSay({ ...before, service: id, doctor: undefined })} />;
  }
  if (!doctor) {
    return (
      <DoctorStep
        practice={practice.name}
        doctors={doctors}
        onChoose={(next) => onSay({ ...before, doctor: next })}
        onBack={() => onSay({ ...before, service: undefined })}
      />
    );
  }
  async function choose({ start, slots }: Time, replace: boolean) {
    if (service && (await holding.take(service.id, slots)))
      onSay({ service: service.id, doctor, at: start }, { replace });
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
        onBack={() => onSay({ at: undefined })}
        onBooked={(manageToken) => {
          holding.forget();
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
      news={news}
      holding={holding}
      onDate={(next) => onSay({ date: next }, { replace: true })}
      onZone={(next) => onSay({ zone: next }, { replace: true })}
      onService={() => onSay({ service: undefined, doctor: undefined, date: undefined })}
      onDoctor={doctors.length > 1 ? () => onSay({ doctor: undefined }) : undefined}
      onChoose={(time) => void choose(time, false)}
    />
  );
}

/** Also by the browser's own way back. */
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
  return (
    <Notice
      page
      role="alert"
      icon={CircleAlert}
      title="The booking page could not be loaded"
      actions={
        <Button variant="primary" className="min-h-11" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {explain(error)}
    </Notice>
  );
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
