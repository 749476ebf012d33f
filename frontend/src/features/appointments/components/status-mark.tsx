import { clsx } from "clsx";
import type { Fields } from "@/features/appointments/fields";
import { statusLook } from "@/features/appointments/status";

export function StatusMark({ status }: { status: Fields["status"] }) {
  const { word, icon: Icon, className } = statusLook[status];
  return (
    <span className={clsx("inline-flex items-center gap-1 rounded-full px-2 py-0.5 font-medium text-xs", className)}>
      <Icon aria-hidden className="size-3.5" />
      {word}
    </span>
  );
}
