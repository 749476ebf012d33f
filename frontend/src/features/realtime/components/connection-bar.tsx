import { Cloud, CloudOff, type LucideIcon } from "lucide-react";
import { useAnnounceChanges } from "@/components/ui/announcer";
import { Bar } from "@/components/ui/bar";
import type { ConnectionState } from "@/lib/realtime/client";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";

interface Message {
  icon: LucideIcon;
  title: string;
  detail: string;
  announcement: string;
}

const messages: Partial<Record<ConnectionState, Message>> = {
  unreachable: {
    icon: Cloud,
    title: "Connecting…",
    detail: "You can read, edit and save meanwhile. What others do may show up to a minute late.",
    announcement: "Still connecting. You can go on working.",
  },
  reconnecting: {
    icon: CloudOff,
    title: "Connection lost. Trying again…",
    detail: "What you see may be out of date. You can go on typing; save when the connection is back.",
    announcement: "Connection lost. You can go on typing.",
  },
};

export function ConnectionBar() {
  const message = messages[useConnectionState()];
  useAnnounceChanges(message?.announcement ?? "Connected.");
  if (!message) return null;
  return (
    <section aria-label="Connection">
      <Bar tone="neutral" icon={message.icon} title={message.title}>
        {message.detail}
      </Bar>
    </section>
  );
}
