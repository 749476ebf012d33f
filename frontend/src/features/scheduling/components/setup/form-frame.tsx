import { CircleAlert, CircleCheck } from "lucide-react";
import { type FormEventHandler, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { errorMessage, fieldErrorsOf } from "@/lib/api/problem";

interface FormFrameProps {
  title: string;
  isSaving: boolean;
  isSaved: boolean;
  isDirty: boolean;
  error: unknown;
  onSubmit: FormEventHandler;
  /** Removes the item from the lists; undefined for a new item. */
  archive?:
    | { question: string; consequence: string; isBusy: boolean; error: unknown; onArchive: () => void }
    | undefined;
  /** Shown below the form. */
  after?: ReactNode;
  children: ReactNode;
}

/** A set-up form with Save and Remove. Its heading takes the focus. */
export function FormFrame({
  title,
  isSaving,
  isSaved,
  isDirty,
  error,
  onSubmit,
  archive,
  after,
  children,
}: FormFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const fieldErrors = fieldErrorsOf(error);
  return (
    <div className="space-y-4">
      <form
        noValidate
        aria-label={title}
        onSubmit={onSubmit}
        className="animate-fade space-y-5 rounded-card border border-line bg-surface p-4 sm:p-5"
      >
        <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg outline-none">
          {title}
        </h2>
        {children}
        <div role="alert">
          {error !== null && error !== undefined && (
            <p className="flex items-start gap-2 rounded-control border border-lost/40 bg-lost-soft p-3 text-lost-text">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
              {fieldErrors.length > 0 ? fieldErrors.map(({ message }) => message).join(" ") : errorMessage(error)}
            </p>
          )}
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" className="min-h-11" busy={isSaving}>
            Save
          </Button>
          <p role="status" className="flex items-center gap-1.5 text-free-text">
            {isSaved && !isDirty && (
              <>
                <CircleCheck aria-hidden className="size-4" />
                Saved
              </>
            )}
          </p>
          {archive && <Archive {...archive} />}
        </div>
      </form>
      {after}
    </div>
  );
}

function Archive({ question, consequence, isBusy, error, onArchive }: NonNullable<FormFrameProps["archive"]>) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button variant="quiet" className="ml-auto min-h-11 text-lost-text" onClick={() => setIsOpen(true)}>
        Remove
      </Button>
      <Confirm open={isOpen} title={question} description={consequence} onDismiss={() => setIsOpen(false)}>
        {error !== null && error !== undefined && (
          <p role="alert" className="w-full text-lost-text">
            {errorMessage(error)}
          </p>
        )}
        <Button className="min-h-11" onClick={() => setIsOpen(false)}>
          Keep
        </Button>
        <Button variant="primary" className="min-h-11" busy={isBusy} onClick={onArchive}>
          Remove
        </Button>
      </Confirm>
    </>
  );
}
