import { clsx } from "clsx";
import { colorOf } from "@/components/ui/palette";
import { usePointers } from "@/lib/realtime/hooks/use-pointers";
import type { Pointer } from "@/lib/realtime/pointers";

/** The peers' pointers over the parent element, which must be positioned. Hidden from screen readers. */
export function PointerLayer({ appointmentId }: { appointmentId: string }) {
  const pointers = usePointers(appointmentId);
  if (pointers.length === 0) return null;
  return (
    <div
      aria-hidden
      className="@container-[size] pointer-events-none absolute inset-0 z-[5] overflow-clip rounded-card"
    >
      {pointers.map((pointer) => (
        <PointerMark key={pointer.userId} pointer={pointer} />
      ))}
    </div>
  );
}

/** The transition lasts until the next position arrives. */
function PointerMark({ pointer: { userId, name, position } }: { pointer: Pointer }) {
  // The name is on the inner side: a narrow form has no room for it at an edge.
  const isOnRight = position.x > 0.5;
  return (
    <span
      className="absolute top-0 left-0 size-0 animate-fade transition-transform duration-100 ease-linear"
      style={{ transform: `translate(${position.x * 100}cqw, ${position.y * 100}cqh)`, color: colorOf(userId) }}
    >
      <svg viewBox="0 0 16 16" className="absolute size-4 drop-shadow" role="presentation">
        <path d="M1 1l5 13 2.2-5.8L14 6z" fill="currentColor" stroke="var(--surface)" strokeLinejoin="round" />
      </svg>
      <span
        className={clsx(
          "absolute top-4 max-w-40 truncate whitespace-nowrap rounded-mark border-2 border-current bg-raised px-1.5 py-0.5 font-medium text-xs",
          isOnRight ? "right-0" : "left-3",
        )}
      >
        <span className="text-ink">{name}</span>
      </span>
    </span>
  );
}
