import { Copy, PencilLine } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { type Changes, type Fields, type Line, linesOf } from "@/features/appointments/fields";
import { useWords } from "@/features/appointments/hooks/use-words";

interface KeptTextProps {
  kept: Changes;
  saved: Fields;
  /** The appointment was saved since the text was typed. */
  outdated: boolean;
  /** Absent while someone else is editing. */
  onResume: (() => void) | undefined;
  onDiscard: () => void;
}

/** Nothing typed is lost: the text stands beside what is saved now. */
export function KeptText({ kept, saved, outdated, onResume, onDiscard }: KeptTextProps) {
  const lines = linesOf(kept, saved, useWords());
  return (
    <section aria-labelledby="kept-text" className="rounded-card border border-lost/40 bg-surface p-4">
      <h2 id="kept-text" className="font-semibold text-lg">
        Your unsaved text is safe
      </h2>
      <p className="text-muted">It is kept on this page until you use, copy or discard it.</p>
      {outdated && <p>The appointment was saved since you typed it, so compare the two before you go on.</p>}
      <div className="mt-4 space-y-4">
        {lines.map((line) => (
          <Comparison key={line.label} line={line} />
        ))}
      </div>
      <div className="mt-4 flex flex-wrap gap-2">
        {onResume && (
          <Button variant="primary" onClick={onResume}>
            <PencilLine aria-hidden className="size-4" />
            Edit again with my text
          </Button>
        )}
        <CopyButton lines={lines} />
        <Button variant="quiet" onClick={onDiscard}>
          Discard
        </Button>
      </div>
    </section>
  );
}

function Comparison({ line: { label, typed, saved } }: { line: Line }) {
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

function CopyButton({ lines }: { lines: Line[] }) {
  const announce = useAnnounce();
  const [word, setWord] = useState("Copy my text");
  const copy = async () => {
    const text = lines.map(({ label, typed }) => `${label}: ${typed}`).join("\n");
    const done = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Select the text above to copy it",
    );
    setWord(done);
    announce(done);
  };
  return (
    <Button onClick={copy}>
      <Copy aria-hidden className="size-4" />
      {word}
    </Button>
  );
}
