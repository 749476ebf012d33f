const COLORS = 10;

/** A member's or doctor's colour. The server picks the same one for pointers: CRC-32 of the id, modulo ten. */
export function colorOf(id: string): string {
  return colorAt(crc32(new TextEncoder().encode(id)));
}

/** Neighbours in a list get different colours. */
export function colorAt(index: number): string {
  return `var(--hue-${index % COLORS})`;
}

/** CRC-32 as in zlib (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
