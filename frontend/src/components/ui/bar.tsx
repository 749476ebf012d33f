import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

const tones = {
  neutral: "border-line bg-surface [--bar:var(--control-line)] [--bar-icon:var(--muted)]",
  free: "border-line bg-surface [--bar:var(--free)] [--bar-icon:var(--free-text)]",
  mine: "border-accent/40 bg-accent-soft [--bar:var(--accent)] [--bar-icon:var(--accent-text)]",
  other: "border-other/40 bg-other-soft [--bar:var(--other)] [--bar-icon:var(--other-text)]",
  lost: "border-lost/40 bg-lost-soft [--bar:var(--lost)] [--bar-icon:var(--lost-text)]",
  wait: "border-wait/40 bg-wait-soft [--bar:var(--wait)] [--bar-icon:var(--wait-text)]",
} as const;

export type BarTone = keyof typeof tones;

interface BarProps {
  tone: BarTone;
  icon?: LucideIcon;
  /** Replaces the icon, for example by an avatar. */
  mark?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

/** One line of state: a coloured edge, an icon, a text and actions. */
export function Bar({ tone, icon: Icon, mark, title, children, actions }: BarProps) {
  return (
    <div
      className={clsx(
        "relative flex flex-wrap items-center gap-x-3 gap-y-2 overflow-hidden rounded-card border py-3 pr-3 pl-5",
        "before:absolute before:inset-y-0 before:left-0 before:w-1 before:bg-(--bar)",
        tones[tone],
      )}
    >
      <div className="flex min-w-0 flex-1 basis-56 items-center gap-3">
        {mark ?? (Icon && <Icon aria-hidden className="size-5 shrink-0 text-(--bar-icon)" />)}
        <div className="min-w-0">
          <p className="font-medium">{title}</p>
          {children && <div className="text-muted text-sm">{children}</div>}
        </div>
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
