import { CalendarX2, Check, CheckCheck, Clock, type LucideIcon, UserX } from "lucide-react";
import type { Fields } from "./fields";

interface StatusDisplay {
  label: string;
  icon: LucideIcon;
  className: string;
}

/** Label, icon and colour of each status; none of them carries the meaning alone. */
export const statusDisplay: Record<Fields["status"], StatusDisplay> = {
  pending: { label: "Pending", icon: Clock, className: "bg-wait-soft text-wait-text" },
  confirmed: { label: "Confirmed", icon: Check, className: "bg-free-soft text-free-text" },
  completed: { label: "Completed", icon: CheckCheck, className: "bg-hover text-ink" },
  cancelled: { label: "Cancelled", icon: CalendarX2, className: "bg-lost-soft text-lost-text" },
  no_show: { label: "No show", icon: UserX, className: "bg-other-soft text-other-text" },
};

export function statusLabel(status: Fields["status"]): string {
  return statusDisplay[status].label;
}
