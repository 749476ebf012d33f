import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { isSlotGone } from "@/features/booking/api/alternatives";
import { refetchTimes } from "@/features/booking/api/availability";
import { type Hold, placeHold, releaseHold } from "@/features/booking/api/holds";
import type { Slot } from "@/features/booking/api/types";
import type { Api } from "@/lib/api/client";
import { usePublicApi } from "./visitor-context";

export interface HoldHandle {
  hold: Hold | null;
  /** The start of a pending request. */
  pendingStart: string | null;
  /** The last refusal, and its start. */
  refusal: { start: string; slots: readonly Slot[]; error: unknown } | null;
  /** Holds the first of these slots that is free. Returns true if one is held. */
  place: (serviceId: string, slots: readonly Slot[]) => Promise<boolean>;
  release: () => void;
  /** Marks the hold as expired. */
  expire: () => void;
  /** The hold became an appointment, so there is nothing to release. */
  markBooked: () => void;
  /** Records that the held slot could not be booked. */
  refuse: (slot: Slot, error: unknown) => void;
}

/** Holds at most one slot. Released when another is held, on the way back, and when the page is left. */
export function useHold(slug: string): HoldHandle {
  const api = usePublicApi();
  const queries = useQueryClient();
  const current = useRef<Hold | null>(null);
  const isMounted = useRef(true);
  const [hold, setHold] = useState<Hold | null>(null);
  const [pendingStart, setPendingStart] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<HoldHandle["refusal"]>(null);

  const setCurrent = useCallback((next: Hold | null) => {
    current.current = next;
    setHold(next);
  }, []);

  const releaseCurrent = useCallback(async () => {
    const held = current.current;
    setCurrent(null);
    if (held) await releaseHold(api, slug, held);
  }, [api, slug, setCurrent]);

  const release = useCallback(() => {
    setRefusal(null);
    void releaseCurrent().then(() => refetchTimes(queries, slug));
  }, [releaseCurrent, queries, slug]);

  useEffect(() => {
    isMounted.current = true;
    const leave = () => void releaseCurrent();
    window.addEventListener("pagehide", leave);
    return () => {
      isMounted.current = false;
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [releaseCurrent]);

  async function place(serviceId: string, slots: readonly Slot[]): Promise<boolean> {
    const start = slots[0]?.start;
    if (!start || pendingStart) return false;
    setPendingStart(start);
    try {
      // Released first, since the new slot may overlap it. It stays on the screen until the new one is held.
      if (current.current) await releaseHold(api, slug, current.current);
      setCurrent(await placeFirstFree(api, slug, serviceId, slots));
      setRefusal(null);
      // The page was left meanwhile.
      if (!isMounted.current) await releaseCurrent();
      return isMounted.current;
    } catch (error) {
      setRefusal({ start, slots, error });
      if (isSlotGone(error)) refetchTimes(queries, slug);
      return false;
    } finally {
      setPendingStart(null);
    }
  }

  const expire = useCallback(() => {
    if (current.current) setCurrent({ ...current.current, endsAtMs: Date.now() });
  }, [setCurrent]);
  // The hold stays on the screen until the next page is shown.
  const markBooked = useCallback(() => {
    current.current = null;
  }, []);
  const refuse = useCallback((slot: Slot, error: unknown) => {
    setRefusal({ start: slot.start, slots: [slot], error });
  }, []);
  return { hold, pendingStart, refusal, place, release, expire, markBooked, refuse };
}

async function placeFirstFree(api: Api, slug: string, serviceId: string, slots: readonly Slot[]): Promise<Hold> {
  let lastError: unknown;
  for (const slot of slots) {
    try {
      return await placeHold(api, slug, serviceId, slot);
    } catch (error) {
      if (!isSlotGone(error)) throw error;
      lastError = error;
    }
  }
  throw lastError;
}
