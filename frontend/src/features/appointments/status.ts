import { CalendarX2, Check, CheckCheck, Clock, type LucideIcon, UserX } from "lucide-react";
import type { Fields } from "./fields";

interface StatusLook {
  word: string;
  icon: LucideIcon;
  className: string;
}

/** Icon, word and colour, so that none of them carries the meaning alone. */
export const statusLook: Record<Fields["status"], StatusLook> = {
  pending: { word: "Pending", icon: Clock, className: "bg-wait-soft text-wait-text" },
  confirmed: { word: "Confirmed", icon: Check, className: "bg-free-soft text-free-text" },
  completed: { word: "Completed", icon: CheckCheck, className: "bg-hover text-ink" },
  cancelled: { word: "Cancelled", icon: CalendarX2, className: "bg-lost-soft text-lost-text" },
  no_show: { word: "No show", icon: UserX, className: "bg-other-soft text-other-text" },
};

export function statusWord(status: Fields["status"]): string {
  return statusLook[status].word;
}
