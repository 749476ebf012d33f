import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { PageHeading } from "./page-heading";

interface NoticeProps {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  /** For errors; an empty list must not interrupt a screen reader. */
  role?: "alert";
  /** The notice is the whole page. */
  page?: boolean;
}

/** In place of content: an empty list or an error, with the next step. */
export function Notice({ icon: Icon, title, children, actions, role, page }: NoticeProps) {
  return (
    <div
      role={role}
      className="flex flex-col items-center gap-2 rounded-card border border-line bg-surface px-6 py-12 text-center"
    >
      <Icon aria-hidden className="size-6 text-muted" />
      {page ? (
        <PageHeading title={title} className="font-semibold text-lg" />
      ) : (
        <h2 className="font-semibold text-lg">{title}</h2>
      )}
      <p className="max-w-md text-muted">{children}</p>
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
