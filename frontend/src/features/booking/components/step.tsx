import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { PageHeading } from "@/components/ui/page-heading";

interface StepProps {
  /** The document's title. */
  title: string;
  question: string;
  /** To the previous step. */
  back?: { label: string; onBack: () => void } | undefined;
  children: ReactNode;
}

/** One step of the booking. Its heading takes the focus. */
export function Step({ title, question, back, children }: StepProps) {
  return (
    <div className="animate-fade">
      {back && (
        <Button variant="quiet" className="-ml-3 mb-1 min-h-11 text-muted" onClick={back.onBack}>
          <ArrowLeft aria-hidden className="size-4" />
          {back.label}
        </Button>
      )}
      <PageHeading title={title} className="mb-4 font-semibold text-2xl tracking-tight">
        {question}
      </PageHeading>
      {children}
    </div>
  );
}
