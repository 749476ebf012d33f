import { clsx } from "clsx";
import type { Fields } from "@/features/appointments/fields";
import { statusDisplay } from "@/features/appointments/status";

export function StatusMark({ status }: { status: Fields["status"] }) {
  const { label, icon: Icon, className } = statusDisplay[status];
  return (
    <span className={clsx("inline-flex items-center gap-1 rounded-full px-2 py-0.5 font-medium text-xs", className)}>
      <Icon aria-hidden className="size-3.5" />
      {label}
    </span>
  );
}
