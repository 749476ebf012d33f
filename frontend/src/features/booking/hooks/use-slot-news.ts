import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { markTimesOld, readTimesAgain } from "@/features/booking/api/availability";
import { heard, type News } from "@/features/booking/slot-news";
import { useRealtime } from "@/lib/realtime/hooks/realtime-context";
import { throttle } from "@/lib/realtime/throttle";
import { systemClock } from "@/lib/time/clock";

/** A hundred reads in fifteen minutes are allowed, to all who share an address. */
const READ_EVERY_MS = 10_000;
/** What is taken with a time, its buffers and its room, is told by an answer; this soon is soon enough. */
const CONFIRM_AFTER_MS = 30_000;
const NOTHING: News = new Map();

/**
 * Which spans were taken since the times were read. A time that is taken goes at once and without a question; one that
 * becomes free is asked for, because rooms and buffers decide about it too. So is everything after a reconnect.
 */
export function useSlotNews(slug: string): News {
  const realtime = useRealtime();
  const queries = useQueryClient();
  const [news, setNews] = useState(NOTHING);
  useEffect(() => {
    const read = throttle<void>(systemClock, READ_EVERY_MS, () => readTimesAgain(queries, slug));
    let cancelConfirm: (() => void) | null = null;
    const confirmLater = () => {
      cancelConfirm ??= systemClock.after(CONFIRM_AFTER_MS, () => {
        cancelConfirm = null;
        read();
      });
    };
    const stop = realtime.subscribeCalendar({}, (frame) => {
      if (frame.type === "appointment-updated") return;
      if (frame.type === "slot-updated") setNews((before) => heard(before, frame, Date.now()));
      if (frame.type === "slot-updated" && frame.state !== "free") {
        markTimesOld(queries, slug);
        confirmLater();
      } else read();
    });
    return () => {
      stop();
      cancelConfirm?.();
      read.cancel();
    };
  }, [realtime, queries, slug]);
  return news;
}
