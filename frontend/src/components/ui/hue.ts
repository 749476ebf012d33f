const HUES = 10;

/** One of the ten fixed colours, always the same for the same id. */
export function hueOf(id: string): string {
  let hash = 0;
  for (const letter of id) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hueAt(hash);
}

/** Neighbours in a list get different colours. */
export function hueAt(index: number): string {
  return `var(--hue-${index % HUES})`;
}
