import type { Lock } from "@/lib/api/lock";
import { hasCode, retryDelayMs } from "@/lib/api/problem";
import type { Realtime } from "@/lib/realtime/client";
import type { AppointmentFrame } from "@/lib/realtime/frames";
import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import { timing } from "@/lib/timing";
import { lockInProblem } from "./api/lock-in-problem";
import type { Released } from "./api/release-lock";
import type { LockApi } from "./lock-api";
import { initialLockState, type LockEvent, type LockState, orphanedLockId, reduceLock } from "./machine";
import { isActive, isRenewalDue, nextTimer } from "./renewal";

export interface LockControllerOptions {
  appointmentId: string;
  userId: string;
  tabId: string;
  lockApi: LockApi;
  realtime: Pick<Realtime, "subscribe" | "state">;
  clock: Clock;
}

/** The lock's current state, from a snapshot or from lock-status. */
interface CurrentLock {
  lock: Lock | null;
  version: number;
  serverTime: string;
}

/** Runs the side effects of the pure machine: requests, timers and page events. */
export class LockController {
  readonly state: Store<LockState>;
  private cancelTimer = () => {};
  private cancelPoll = () => {};
  private lastActivityMs = Number.NEGATIVE_INFINITY;
  private acquireAttempt = 0;
  private renewing = false;
  private releasing: Promise<unknown> | null = null;
  private isOpen = false;

  constructor(private readonly options: LockControllerOptions) {
    this.state = createStore(initialLockState(options.userId, options.tabId));
  }

  /** Subscribes to the lock. Returns a function that unsubscribes and releases the lock. */
  start(page: Window): () => void {
    this.isOpen = true;
    const unsubscribe = this.options.realtime.subscribe(this.options.appointmentId, this.receive);
    const handlePageShow = (event: PageTransitionEvent) => void (event.persisted && this.refreshStatus());
    page.addEventListener("pagehide", this.handlePageHide);
    page.addEventListener("pageshow", handlePageShow);
    void this.refreshStatus();
    this.schedulePoll(timing.lockPollDelayMs, page);
    return () => {
      this.isOpen = false;
      unsubscribe();
      this.cancelTimer();
      this.cancelPoll();
      page.removeEventListener("pagehide", this.handlePageHide);
      page.removeEventListener("pageshow", handlePageShow);
      void this.stopEditing();
    };
  }

  /** Requests the lock. Rejects with an error to show. If someone else has the lock, the state shows it instead. */
  async startEditing(): Promise<void> {
    const attempt = ++this.acquireAttempt;
    this.apply({ type: "acquire-requested" });
    await this.releasing;
    try {
      const lock = await this.options.lockApi.acquire(this.options.tabId);
      if (attempt === this.acquireAttempt) this.apply({ type: "acquired", lock, nowMs: this.now() });
      else this.returnUnwanted(lock);
    } catch (error) {
      if (attempt === this.acquireAttempt) this.apply({ type: "acquire-ended" });
      if (hasCode(error, "LOCKED")) this.handleRejection(error);
      else throw error;
    }
  }

  cancelEditing(): void {
    this.acquireAttempt++;
    this.apply({ type: "acquire-ended" });
  }

  /** Returns a lock that was granted after Cancel, or after the page was left. */
  private returnUnwanted(lock: Lock): void {
    if (this.isOpen) this.apply({ type: "received", lock, version: lock.version, current: true, nowMs: this.now() });
    else if (lock.lockId) void this.release(lock.lockId);
  }

  async keepEditing(): Promise<void> {
    const lockId = this.state.get().ownLockId;
    if (!lockId || this.renewing) return;
    this.renewing = true;
    try {
      const lock = await this.options.lockApi.renew(lockId);
      this.apply({ type: "received", lock, version: lock.version, current: true, nowMs: this.now() });
    } catch (error) {
      if (hasCode(error, "LOCK_LOST")) this.handleRejection(error);
      else this.setTimer(timing.renewRetryMs, () => this.renewIfActive());
    } finally {
      this.renewing = false;
    }
  }

  /** Releases the lock. The page shows it at once, before the server confirms. */
  async stopEditing(): Promise<void> {
    const lockId = this.state.get().ownLockId;
    this.acquireAttempt++;
    this.apply({ type: "released" });
    if (lockId) await this.release(lockId);
  }

  noteActivity(): void {
    this.lastActivityMs = this.now();
    if (isRenewalDue(this.state.get(), this.lastActivityMs)) void this.keepEditing();
  }

  dismissLoss(): void {
    this.apply({ type: "loss-dismissed" });
  }

  /** Updates the state from a refused request, which may contain the current lock. */
  handleRejection(error: unknown): void {
    const lock = lockInProblem(error);
    const nowMs = this.now();
    if (lock) this.apply({ type: "received", lock, version: lock.version, current: true, nowMs });
    if (hasCode(error, "LOCK_LOST") || hasCode(error, "LOCK_REQUIRED")) this.apply({ type: "rejected", nowMs });
    if (!lock) void this.refreshStatus();
  }

  private now(): number {
    return this.options.clock.now();
  }

  private apply(event: LockEvent): void {
    this.state.set(reduceLock(this.state.get(), event));
    if (!this.isOpen) return;
    this.scheduleTimer();
    const orphan = orphanedLockId(this.state.get());
    if (orphan && !this.releasing) void this.release(orphan);
  }

  private readonly receive = (frame: AppointmentFrame): void => {
    if (frame.type === "appointment-updated") return;
    if (frame.type === "snapshot") this.receiveCurrent(frame);
    else this.apply({ ...frame, type: "received", current: false, nowMs: this.now() });
  };

  /** An expired lock counts as no lock, even before its end is announced. */
  private receiveCurrent({ lock, version, serverTime }: CurrentLock): void {
    const nowMs = this.now();
    const isExpired = lock !== null && Date.parse(lock.expiresAt) <= Date.parse(serverTime);
    this.apply({ type: "clock-sync", serverTime, nowMs });
    this.apply({ type: "received", lock: isExpired ? null : lock, version, current: true, nowMs });
  }

  private async fetchStatus(): Promise<void> {
    this.receiveCurrent(await this.options.lockApi.status());
  }

  private readonly refreshStatus = async (): Promise<void> => {
    try {
      await this.fetchStatus();
    } catch (error) {
      const delayMs = retryDelayMs(error);
      if (this.isOpen && delayMs !== null) this.setTimer(delayMs, this.refreshStatus);
    }
  };

  /** Polls the status while there are no live updates and the page is visible. */
  private schedulePoll(delayMs: number, page: Window): void {
    this.cancelPoll = this.options.clock.after(delayMs, () => {
      if (!this.isLive() && page.document.visibilityState !== "hidden") void this.poll();
      this.schedulePoll(timing.lockPollIntervalMs, page);
    });
  }

  private isLive(): boolean {
    return this.options.realtime.state.get() === "open" && this.state.get().version >= 0;
  }

  private async poll(): Promise<void> {
    await this.fetchStatus().catch(() => {});
    // An unchanged status has reset the timer of a failed renewal.
    if (isRenewalDue(this.state.get(), this.now())) this.renewIfActive();
  }

  private readonly handlePageHide = (): void => {
    const lockId = this.state.get().ownLockId;
    if (!lockId) return;
    this.options.lockApi.releaseByBeacon(lockId);
    this.apply({ type: "page-hidden", nowMs: this.now() });
  };

  private async release(lockId: string): Promise<void> {
    const { lockApi } = this.options;
    this.releasing = lockApi.release(lockId).then(this.receiveReleased, () => lockApi.releaseByBeacon(lockId));
    await this.releasing;
    this.releasing = null;
  }

  /** Records the version, so that earlier frames are dropped. */
  private readonly receiveReleased = ({ version }: Released): void => {
    this.apply({ type: "received", lock: null, version, current: true, nowMs: this.now() });
  };

  private scheduleTimer(): void {
    const timer = nextTimer(this.state.get(), this.now());
    this.cancelTimer();
    if (timer) this.setTimer(timer.delayMs, timer.task === "renew" ? () => this.renewIfActive() : this.refreshStatus);
  }

  private renewIfActive(): void {
    if (isActive(this.state.get(), this.lastActivityMs, this.now())) void this.keepEditing();
    else this.scheduleTimer();
  }

  private setTimer(delayMs: number, task: () => unknown): void {
    this.cancelTimer();
    this.cancelTimer = this.options.clock.after(delayMs, () => void task());
  }
}
