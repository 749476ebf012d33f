import { describe, expect, it } from "vitest";
import { acquireByWebLock, randomId, resolveTabId } from "./tab-id";

class TabStorage {
  readonly items: Map<string, string>;
  constructor(copyOf?: TabStorage) {
    this.items = new Map(copyOf?.items);
  }
  getItem(key: string) {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.items.set(key, value);
  }
}

/** One browser: a name stays acquired until its page is closed. */
function browser() {
  const acquired = new Set<string>();
  let made = 0;
  return {
    open: (storage: TabStorage) => {
      const mine: string[] = [];
      const id = resolveTabId({
        storage,
        acquireName: async (name) => {
          if (acquired.has(name)) return false;
          acquired.add(name);
          mine.push(name);
          return true;
        },
        newId: () => `made-session-id-${made++}`,
      });
      return { id, close: () => mine.forEach((name) => void acquired.delete(name)) };
    },
  };
}

describe("tab id", () => {
  it("survives a reload", async () => {
    const { open } = browser();
    const storage = new TabStorage();
    const page = open(storage);
    const before = await page.id;
    page.close();
    expect(await open(storage).id).toBe(before);
  });

  it("is new in a duplicated tab", async () => {
    const { open } = browser();
    const storage = new TabStorage();
    const original = open(storage);
    const originalId = await original.id;
    const copy = new TabStorage(storage);
    expect(await open(copy).id).not.toBe(originalId);
    original.close();
    expect(await open(storage).id).toBe(originalId);
  });

  it("is not read from storage if too short for the server", async () => {
    const storage = new TabStorage();
    storage.setItem("holdfast.sessionId", "short");
    expect(await browser().open(storage).id).toBe("made-session-id-0");
  });

  it("is created when storage is blocked", async () => {
    const blocked = {
      getItem: () => {
        throw new DOMException("blocked", "SecurityError");
      },
      setItem: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    };
    const id = await resolveTabId({ storage: blocked, acquireName: async () => true, newId: randomId });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is never reused without Web Locks", async () => {
    const storage = new TabStorage();
    const parts = { storage, acquireName: acquireByWebLock(undefined), newId: randomId };
    expect(await resolveTabId(parts)).not.toBe(await resolveTabId(parts));
  });
});
