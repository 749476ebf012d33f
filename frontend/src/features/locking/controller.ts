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

/** How the lock stands now: a snapshot, or the answer to lock-status. */
interface CurrentLock {
  lock: Lock | null;
  version: number;
  serverTime: string;
}

/** Runs what the pure machine cannot: requests, timers and the page's end. */
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

  /** Listens until the answer is called, which gives the lock back. */
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

  /** Asks for the lock. Rejects with what the user should be told; being beaten to it is told by the state. */
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

  /** The answer came after the user had changed their mind, or had gone. */
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

  /** Gives the lock back; at once on this page, whatever the network does. */
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

  /** A refused save says that the lock is gone, and often who has it. */
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

  /** A lock whose time is over is no lock, even if nobody has announced its end yet. */
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

  /** What the connection does not tell is asked for, while somebody looks. */
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
    // A renewal that has failed waits for its next turn, which news of an unchanged lock has put off.
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

  /** From here on, whatever was said of the lock before is old. */
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
