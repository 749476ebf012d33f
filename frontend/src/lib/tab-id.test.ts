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

/** One browser: names stay claimed until the claiming page is closed. */
function browser() {
  const claimed = new Set<string>();
  let made = 0;
  return {
    open: (storage: TabStorage) => {
      const mine: string[] = [];
      const id = resolveTabId({
        storage,
        acquireName: async (name) => {
          if (claimed.has(name)) return false;
          claimed.add(name);
          mine.push(name);
          return true;
        },
        newId: () => `made-session-id-${made++}`,
      });
      return { id, close: () => mine.forEach((name) => void claimed.delete(name)) };
    },
  };
}

describe("the name of a tab", () => {
  it("stays the same over a reload", async () => {
    const { open } = browser();
    const storage = new TabStorage();
    const page = open(storage);
    const before = await page.id;
    page.close();
    expect(await open(storage).id).toBe(before);
  });

  it("is a new one in a duplicated tab, and the original keeps its own", async () => {
    const { open } = browser();
    const storage = new TabStorage();
    const original = open(storage);
    const originalId = await original.id;
    const copy = new TabStorage(storage);
    expect(await open(copy).id).not.toBe(originalId);
    original.close();
    expect(await open(storage).id).toBe(originalId);
  });

  it("is not taken from storage when it is too short for the server", async () => {
    const storage = new TabStorage();
    storage.setItem("holdfast.sessionId", "short");
    expect(await browser().open(storage).id).toBe("made-session-id-0");
  });

  it("is made even when storage is blocked", async () => {
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

  it("is never reused where browsers cannot prove it free", async () => {
    const storage = new TabStorage();
    const parts = { storage, acquireName: acquireByWebLock(undefined), newId: randomId };
    expect(await resolveTabId(parts)).not.toBe(await resolveTabId(parts));
  });
});
