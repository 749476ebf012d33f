import { X } from "lucide-react";
import { useId } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import type { Span } from "@/features/scheduling/doctor-fields";

interface SpanFieldsProps {
  value: Span;
  error: string | undefined;
  /** The accessible name of both inputs. */
  label: string;
  onChange: (changes: Partial<Span>) => void;
  onRemove: () => void;
}

/** The start and end of a span, with a remove button. */
export function SpanFields({ value, error, label, onChange, onRemove }: SpanFieldsProps) {
  const errorId = useId();
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2">
        <Input
          type="time"
          aria-label={`${label}: from`}
          className="min-w-0 max-w-32 px-2! max-sm:[&::-webkit-calendar-picker-indicator]:hidden"
          value={value.start}
          onChange={(event) => onChange({ start: event.target.value })}
        />
        <span aria-hidden>–</span>
        <Input
          type="time"
          aria-label={`${label}: until`}
          aria-invalid={error ? true : undefined}
          aria-describedby={error && errorId}
          className="min-w-0 max-w-32 px-2! max-sm:[&::-webkit-calendar-picker-indicator]:hidden"
          value={value.end}
          onChange={(event) => onChange({ end: event.target.value })}
        />
        <IconButton label={`Take out ${label}`} icon={X} className="border-transparent!" onClick={onRemove} />
      </div>
      {error && (
        <p id={errorId} className="mt-1 text-lost-text text-sm">
          {error}
        </p>
      )}
    </div>
  );
}
