/** The id of this browser tab. A duplicated tab gets a copy of sessionStorage, so a stored id is not enough. */

const KEY = "holdfast.sessionId";

export interface TabIdOptions {
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Acquires the name for as long as this page lives; false if another tab has it. */
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
    // Without storage the tab gets another id after a reload.
  }
}

/** Acquires names by the Web Locks API. Without it no stored id is reused. */
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

/** 128 random bits. Also works on plain http, where `crypto.randomUUID` is missing. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
