import { colorOf } from "./palette";

interface AvatarProps {
  userId: string;
  name: string;
}

/** Decorative: the name is always beside it. */
export function Avatar({ userId, name }: AvatarProps) {
  return (
    <span
      aria-hidden
      className="grid size-8 shrink-0 place-items-center rounded-full font-semibold text-on-hue text-xs"
      style={{ background: colorOf(userId) }}
    >
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => word?.[0]?.toLocaleUpperCase() ?? "").join("");
}
