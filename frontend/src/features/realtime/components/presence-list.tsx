import { Eye, type LucideIcon, Moon, PencilLine } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import type { PresenceState } from "@/lib/realtime/frames";
import { usePointers } from "@/lib/realtime/hooks/use-pointers";
import { usePresence } from "@/lib/realtime/hooks/use-presence";
import type { Person } from "@/lib/realtime/members";

/** More than these are counted. */
const MOST_SHOWN = 4;

const icons: Record<PresenceState, LucideIcon> = { viewing: Eye, editing: PencilLine, idle: Moon };

/** The others who have the appointment open, and what they do with it. */
export function PresenceList({ appointmentId }: { appointmentId: string }) {
  const people = usePresence(appointmentId);
  const pointers = usePointers(appointmentId);
  if (people.length === 0) return null;
  const shown = people.length > MOST_SHOWN ? people.slice(0, MOST_SHOWN - 1) : people;
  const others = people.slice(shown.length);
  return (
    <ul aria-label="Also here" className="flex min-w-0 flex-wrap gap-2">
      {shown.map((person) => (
        <PersonHere
          key={person.userId}
          person={person}
          color={pointers.find(({ userId }) => userId === person.userId)?.color}
        />
      ))}
      {others.length > 0 && (
        <li className="flex h-10 items-center rounded-full border border-line bg-surface px-3 text-muted text-sm">
          <span aria-hidden>and {others.length} more</span>
          <span className="sr-only">{others.map(sentence).join(", ")}</span>
        </li>
      )}
    </ul>
  );
}

/** `color` is their pointer's, while it is to be seen. */
function PersonHere({ person, color }: { person: Person; color: string | undefined }) {
  const { userId, name, state } = person;
  const Icon = icons[state];
  return (
    <li
      className="flex h-10 min-w-0 animate-fade items-center gap-2 rounded-full border border-line bg-surface pr-3 pl-1"
      title={sentence(person)}
    >
      <span className="relative">
        <Avatar userId={userId} name={name} />
        {color && (
          <span
            className="absolute -right-0.5 -bottom-0.5 size-3 animate-fade rounded-full border-2 border-surface"
            style={{ background: color }}
          />
        )}
      </span>
      <span className="sr-only">{sentence(person)}</span>
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

function sentence({ name, state }: Person): string {
  return `${name} is ${state}`;
}
