/** Names this browser tab. A duplicated tab gets a copy of sessionStorage, and must not pass for its original. */

const KEY = "holdfast.sessionId";

export interface TabIdOptions {
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Claims the name for as long as this page lives; false when another tab has it. */
  acquireName: (name: string) => Promise<boolean>;
  newId: () => string;
}

export async function resolveTabId({ storage, acquireName: claim, newId }: TabIdOptions): Promise<string> {
  const stored = read(storage);
  if (stored && isTabId(stored) && (await claim(lockName(stored)))) return stored;
  const created = newId();
  await claim(lockName(created));
  write(storage, created);
  return created;
}

function lockName(id: string): string {
  return `holdfast.tab.${id}`;
}

function isTabId(text: string): boolean {
  return text.length >= 16 && text.length <= 64;
}

function read(storage: TabIdOptions["storage"]): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(storage: TabIdOptions["storage"], id: string): void {
  try {
    storage.setItem(KEY, id);
  } catch {
    // A tab that cannot store its name has another one after a reload; nothing else changes.
  }
}

/** Claims by the Web Locks API. Without it no name can be proved to be free, so none is reused. */
export function acquireByWebLock(locks: LockManager | undefined): TabIdOptions["acquireName"] {
  if (!locks) return () => Promise.resolve(false);
  return (name) =>
    new Promise((resolve) => {
      const request = locks.request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise<never>(() => {}) : undefined;
      });
      request.catch(() => resolve(false));
    });
}

/** Works on plain http too, where `crypto.randomUUID` is missing. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
