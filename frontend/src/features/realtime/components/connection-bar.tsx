import { Cloud, CloudOff, type LucideIcon } from "lucide-react";
import { useAnnounceChanges } from "@/components/ui/announcer";
import { Bar } from "@/components/ui/bar";
import type { ConnectionState } from "@/lib/realtime/client";
import { useConnectionState } from "@/lib/realtime/hooks/realtime-context";

interface Words {
  icon: LucideIcon;
  title: string;
  detail: string;
  spoken: string;
}

const words: Partial<Record<ConnectionState, Words>> = {
  late: {
    icon: Cloud,
    title: "Connecting…",
    detail: "You can read, edit and save meanwhile. What others do may show up to a minute late.",
    spoken: "Still connecting. You can go on working.",
  },
  lost: {
    icon: CloudOff,
    title: "Connection lost. Trying again…",
    detail: "What you see may be out of date. You can go on typing; save when the connection is back.",
    spoken: "Connection lost. You can go on typing.",
  },
};

export function ConnectionBar() {
  const said = words[useConnectionState()];
  useAnnounceChanges(said?.spoken ?? "Connected.");
  if (!said) return null;
  return (
    <section aria-label="Connection">
      <Bar tone="neutral" icon={said.icon} title={said.title}>
        {said.detail}
      </Bar>
    </section>
  );
}
