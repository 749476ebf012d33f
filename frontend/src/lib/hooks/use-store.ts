import { useSyncExternalStore } from "react";
import type { Store } from "@/lib/store";

export function useStore<Value>(store: Pick<Store<Value>, "get" | "subscribe">): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}
