import { Copy, PencilLine } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { type Changes, type ComparisonRow, comparisonRows, type Fields } from "@/features/appointments/fields";
import { useLabels } from "@/features/appointments/hooks/use-labels";

interface UnsavedDraftProps {
  changes: Changes;
  saved: Fields;
  /** The appointment was saved after the text was typed. */
  isOutdated: boolean;
  /** Undefined while someone else is editing. */
  onResume: (() => void) | undefined;
  onDiscard: () => void;
}

/** The unsaved text beside the saved one, with actions to use, copy or discard it. */
export function UnsavedDraft({ changes, saved, isOutdated, onResume, onDiscard }: UnsavedDraftProps) {
  const rows = comparisonRows(changes, saved, useLabels());
  return (
    <section aria-labelledby="kept-text" className="rounded-card border border-lost/40 bg-surface p-4">
      <h2 id="kept-text" className="font-semibold text-lg">
        Your unsaved text is safe
      </h2>
      <p className="text-muted">It is kept on this page until you use, copy or discard it.</p>
      {isOutdated && <p>The appointment was saved since you typed it, so compare the two before you go on.</p>}
      <div className="mt-4 space-y-4">
        {rows.map((row) => (
          <Comparison key={row.label} row={row} />
        ))}
      </div>
      <div className="mt-4 flex flex-wrap gap-2">
        {onResume && (
          <Button variant="primary" onClick={onResume}>
            <PencilLine aria-hidden className="size-4" />
            Edit again with my text
          </Button>
        )}
        <CopyButton rows={rows} />
        <Button variant="quiet" onClick={onDiscard}>
          Discard
        </Button>
      </div>
    </section>
  );
}

function Comparison({ row: { label, typed, saved } }: { row: ComparisonRow }) {
  return (
    <div>
      <h3 className="mb-1 font-medium text-sm">{label}</h3>
      <div className="grid gap-2 sm:grid-cols-2">
        <Version by="Your text" text={typed} className="border-accent bg-accent-soft" />
        <Version by="Saved now" text={saved} className="border-control-line bg-sunken" />
      </div>
    </div>
  );
}

function Version({ by, text, className }: { by: string; text: string; className: string }) {
  return (
    <figure className={`min-w-0 border-l-2 px-3 py-2 ${className}`}>
      <figcaption className="text-muted text-xs">{by}</figcaption>
      <p className="wrap-anywhere whitespace-pre-wrap">{text || <em className="text-muted">empty</em>}</p>
    </figure>
  );
}

function CopyButton({ rows }: { rows: ComparisonRow[] }) {
  const announce = useAnnounce();
  const [label, setLabel] = useState("Copy my text");
  const copy = async () => {
    const text = rows.map(({ label, typed }) => `${label}: ${typed}`).join("\n");
    const result = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Select the text above to copy it",
    );
    setLabel(result);
    announce(result);
  };
  return (
    <Button onClick={copy}>
      <Copy aria-hidden className="size-4" />
      {label}
    </Button>
  );
}
