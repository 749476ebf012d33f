import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { isGone } from "@/features/booking/api/alternatives";
import { readTimesAgain } from "@/features/booking/api/availability";
import { giveBackHold, type Hold, placeHold } from "@/features/booking/api/holds";
import type { Slot } from "@/features/booking/api/shapes";
import type { Api } from "@/lib/api/client";
import { usePublicApi } from "./visitor-context";

export interface HoldHandle {
  hold: Hold | null;
  /** The start that is being asked for. */
  asking: string | null;
  /** The last refusal, and the start that it was about. */
  refusal: { start: string; slots: readonly Slot[]; error: unknown } | null;
  /** Takes a start with the first of these doctors who is free. Answers whether it is ours. */
  take: (serviceId: string, slots: readonly Slot[]) => Promise<boolean>;
  giveBack: () => void;
  /** It has ended earlier than was thought. */
  end: () => void;
  /** It has become an appointment: there is nothing to give back any more. */
  forget: () => void;
  /** What was held could not be booked. */
  refuse: (slot: Slot, error: unknown) => void;
}

/** At most one time is held; it is given back when another is taken, when one goes back, and when the page is left. */
export function useHold(slug: string): HoldHandle {
  const api = usePublicApi();
  const queries = useQueryClient();
  const current = useRef<Hold | null>(null);
  const isHere = useRef(true);
  const [hold, setHold] = useState<Hold | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<HoldHandle["refusal"]>(null);

  const put = useCallback((next: Hold | null) => {
    current.current = next;
    setHold(next);
  }, []);

  const release = useCallback(async () => {
    const held = current.current;
    put(null);
    if (held) await giveBackHold(api, slug, held);
  }, [api, slug, put]);

  const giveBack = useCallback(() => {
    setRefusal(null);
    void release().then(() => readTimesAgain(queries, slug));
  }, [release, queries, slug]);

  useEffect(() => {
    isHere.current = true;
    const leave = () => void release();
    window.addEventListener("pagehide", leave);
    return () => {
      isHere.current = false;
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [release]);

  async function take(serviceId: string, slots: readonly Slot[]): Promise<boolean> {
    const start = slots[0]?.start;
    if (!start || asking) return false;
    setAsking(start);
    try {
      // First, for the new time may overlap it. It stays on the screen until there is another.
      if (current.current) await giveBackHold(api, slug, current.current);
      put(await firstFree(api, slug, serviceId, slots));
      setRefusal(null);
      // One who has left meanwhile does not want it any more.
      if (!isHere.current) await release();
      return isHere.current;
    } catch (error) {
      setRefusal({ start, slots, error });
      if (isGone(error)) readTimesAgain(queries, slug);
      return false;
    } finally {
      setAsking(null);
    }
  }

  const end = useCallback(() => {
    if (current.current) put({ ...current.current, endsAtMs: Date.now() });
  }, [put]);
  // It stays on the screen until the next page is there.
  const forget = useCallback(() => {
    current.current = null;
  }, []);
  const refuse = useCallback((slot: Slot, error: unknown) => {
    setRefusal({ start: slot.start, slots: [slot], error });
  }, []);
  return { hold, asking, refusal, take, giveBack, end, forget, refuse };
}

async function firstFree(api: Api, slug: string, serviceId: string, slots: readonly Slot[]): Promise<Hold> {
  let refused: unknown;
  for (const slot of slots) {
    try {
      return await placeHold(api, slug, serviceId, slot);
    } catch (error) {
      if (!isGone(error)) throw error;
      refused = error;
    }
  }
  throw refused;
}
