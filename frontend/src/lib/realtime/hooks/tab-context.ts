import { createContext, useContext } from "react";

const TabContext = createContext<string | null>(null);

export const TabProvider = TabContext.Provider;

/** This tab's id; `sessionId` on the wire. */
export function useTabId(): string {
  const id = useContext(TabContext);
  if (!id) throw new Error("useTabId needs a TabProvider above it.");
  return id;
}
