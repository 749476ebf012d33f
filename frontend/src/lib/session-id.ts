/** Names this browser tab. A duplicated tab gets a copy of sessionStorage, and must not pass for its original. */

const KEY = "holdfast.sessionId";

export interface SessionIdParts {
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Claims the name for as long as this page lives; false when another tab has it. */
  claim: (name: string) => Promise<boolean>;
  newId: () => string;
}

export async function resolveSessionId({ storage, claim, newId }: SessionIdParts): Promise<string> {
  const kept = read(storage);
  if (kept && isSessionId(kept) && (await claim(lockName(kept)))) return kept;
  const made = newId();
  await claim(lockName(made));
  write(storage, made);
  return made;
}

function lockName(id: string): string {
  return `holdfast.tab.${id}`;
}

function isSessionId(text: string): boolean {
  return text.length >= 16 && text.length <= 64;
}

function read(storage: SessionIdParts["storage"]): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(storage: SessionIdParts["storage"], id: string): void {
  try {
    storage.setItem(KEY, id);
  } catch {
    // A tab that cannot store its name has another one after a reload; nothing else changes.
  }
}

/** Claims by the Web Locks API. Without it no name can be proved to be free, so none is reused. */
export function claimByWebLock(locks: LockManager | undefined): SessionIdParts["claim"] {
  if (!locks) return () => Promise.resolve(false);
  return (name) =>
    new Promise((resolve) => {
      const held = locks.request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise<never>(() => {}) : undefined;
      });
      held.catch(() => resolve(false));
    });
}

/** Works on plain http too, where `crypto.randomUUID` is missing. */
export function randomSessionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
