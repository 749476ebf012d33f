import { Eye, type LucideIcon, Moon, PencilLine } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import type { PresenceState } from "@/lib/realtime/frames";
import { usePeers } from "@/lib/realtime/hooks/use-presence";
import type { Peer } from "@/lib/realtime/presence-reducer";

/** Further peers are counted. */
const MAX_SHOWN = 4;

const icons: Record<PresenceState, LucideIcon> = { viewing: Eye, editing: PencilLine, idle: Moon };

/** The peers who have the appointment open, and their presence state. */
export function PresenceList({ appointmentId }: { appointmentId: string }) {
  const peers = usePeers(appointmentId);
  if (peers.length === 0) return null;
  const shown = peers.length > MAX_SHOWN ? peers.slice(0, MAX_SHOWN - 1) : peers;
  const others = peers.slice(shown.length);
  return (
    <ul aria-label="Also here" className="flex min-w-0 flex-wrap gap-2">
      {shown.map((peer) => (
        <PeerItem key={peer.userId} peer={peer} />
      ))}
      {others.length > 0 && (
        <li className="flex h-10 items-center rounded-full border border-line bg-surface px-3 text-muted text-sm">
          <span aria-hidden>and {others.length} more</span>
          <span className="sr-only">{others.map(describePeer).join(", ")}</span>
        </li>
      )}
    </ul>
  );
}

function PeerItem({ peer }: { peer: Peer }) {
  const { userId, name, state } = peer;
  const Icon = icons[state];
  return (
    <li
      className="flex h-10 min-w-0 animate-fade items-center gap-2 rounded-full border border-line bg-surface pr-3 pl-1"
      title={describePeer(peer)}
    >
      <Avatar userId={userId} name={name} />
      <span className="sr-only">{describePeer(peer)}</span>
      <span aria-hidden className="min-w-0 leading-tight">
        <span className="block max-w-24 truncate font-medium text-sm sm:max-w-36">{name}</span>
        <span className="flex items-center gap-1 text-muted text-xs">
          <Icon className="size-3" />
          {state}
        </span>
      </span>
    </li>
  );
}

function describePeer({ name, state }: Peer): string {
  return `${name} is ${state}`;
}
