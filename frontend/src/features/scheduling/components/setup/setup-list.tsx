import { clsx } from "clsx";
import { ArrowLeft, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/skeleton";
import { NEW_ITEM, type SetupSectionProps } from "./section-props";

interface Item {
  id: string;
  title: string;
  detail: string;
}

interface SetupListProps extends SetupSectionProps {
  /** The plural: `Doctors`. */
  name: string;
  /** The label of the add button: `Add a doctor`. */
  addLabel: string;
  emptyMessage: string;
  items: Item[] | undefined;
  error: unknown;
  onRetry: () => void;
  /** The form of the open item. */
  children: ReactNode;
}

/** A list, and the form of the open item beside it, or in its place on a phone. */
export function SetupList({
  name,
  addLabel,
  emptyMessage,
  items,
  error,
  onRetry,
  item,
  onItem,
  children,
}: SetupListProps) {
  const isOpen = item === NEW_ITEM || items?.some(({ id }) => id === item);
  if (!items && error) return <LoadError title={`${name} could not be loaded`} error={error} onRetry={onRetry} />;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[18rem_minmax(0,1fr)]">
      <section aria-label={name} className={clsx("space-y-2", isOpen && "max-lg:hidden")}>
        <Button className="min-h-11 w-full" onClick={() => onItem(NEW_ITEM)}>
          <Plus aria-hidden className="size-4" />
          {addLabel}
        </Button>
        {items ? (
          <ul className="space-y-1">
            {items.map(({ id, title, detail }) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={id === item || undefined}
                  onClick={() => onItem(id)}
                  className={clsx(
                    "w-full rounded-control border px-3 py-2 text-left transition-colors hover:bg-hover",
                    id === item ? "border-accent bg-accent-soft" : "border-line bg-surface",
                  )}
                >
                  <span className="block break-words font-medium">{title}</span>
                  <span className="block min-h-5 text-muted">{detail}</span>
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <div aria-busy="true" className="space-y-1">
            <Skeleton className="h-15 w-full" />
            <Skeleton className="h-15 w-full" />
          </div>
        )}
        {items?.length === 0 && <p className="py-2 text-muted">{emptyMessage}</p>}
      </section>
      {isOpen ? (
        <div className="min-w-0">
          <Button variant="quiet" className="mb-2 -ml-3 text-muted lg:hidden" onClick={() => onItem(undefined)}>
            <ArrowLeft aria-hidden className="size-4" />
            {name}
          </Button>
          {children}
        </div>
      ) : (
        <p className="rounded-card border border-line border-dashed px-6 py-12 text-center text-muted max-lg:hidden">
          Choose one to change it.
        </p>
      )}
    </div>
  );
}
