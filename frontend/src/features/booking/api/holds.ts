import { type Api, unwrap } from "@/lib/api/client";
import { serverTimeMs } from "./server-time";
import type { Slot } from "./types";

/** A patient's reservation of a slot, until it expires. */
export interface Hold {
  holdId: string;
  holdToken: string;
  slot: Slot;
  /** By this machine's clock. */
  endsAtMs: number;
}

export async function placeHold(api: Api, slug: string, serviceId: string, slot: Slot): Promise<Hold> {
  const { doctorId, start } = slot;
  const call = api.POST("/public/{slug}/holds", { params: { path: { slug } }, body: { serviceId, doctorId, start } });
  const { holdId, holdToken, expiresAt } = await unwrap(call);
  const nowMs = Date.now();
  const leftMs = Date.parse(expiresAt) - serverTimeMs((await call).response, nowMs);
  return { holdId, holdToken, slot, endsAtMs: nowMs + leftMs };
}

/** Releases a hold, also while the page unloads. A failed release is harmless: the hold expires. */
export async function releaseHold(api: Api, slug: string, { holdId, holdToken }: Hold): Promise<void> {
  const path = { slug, holdId };
  const call = api.DELETE("/public/{slug}/holds/{holdId}", { params: { path }, body: { holdToken }, keepalive: true });
  await call.catch(() => {});
}
