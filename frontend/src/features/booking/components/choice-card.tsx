import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

interface ChoiceCardProps {
  mark: ReactNode;
  title: string;
  detail?: string;
  /** On the right, for example a price. */
  aside?: string | null | undefined;
  onChoose: () => void;
}

export function ChoiceCard({ mark, title, detail, aside, onChoose }: ChoiceCardProps) {
  return (
    <li>
      <button
        type="button"
        onClick={onChoose}
        className="flex min-h-16 w-full items-center gap-3 rounded-card border border-line bg-surface px-4 py-3 text-left transition-colors hover:border-control-line hover:bg-hover"
      >
        {mark}
        <span className="min-w-0 flex-1">
          <span className="block break-words font-medium text-lg">{title}</span>
          {detail && <span className="block text-muted">{detail}</span>}
        </span>
        {aside && <span className="shrink-0 font-medium tabular-nums">{aside}</span>}
        <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
      </button>
    </li>
  );
}
