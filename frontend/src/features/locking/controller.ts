import type { Lock } from "@/lib/api/lock";
import { hasCode, retryDelayMs } from "@/lib/api/problem";
import { env } from "@/lib/env";
import type { Realtime } from "@/lib/realtime/client";
import type { AppointmentFrame } from "@/lib/realtime/frames";
import { createStore, type Store } from "@/lib/store";
import type { Clock } from "@/lib/time/clock";
import { lockInProblem } from "./api/lock-in-problem";
import type { Released } from "./api/release-lock";
import type { LockGateway } from "./gateway";
import { initialLockState, type LockEvent, type LockState, orphanOf, reduceLock } from "./machine";
import { isActive, isRenewalDue, nextWake } from "./renewal";

const RENEW_RETRY_MS = 5_000;

export interface LockControllerOptions {
  appointmentId: string;
  userId: string;
  sessionId: string;
  gateway: LockGateway;
  realtime: Pick<Realtime, "subscribe" | "state">;
  clock: Clock;
}

/** How the lock stands now: a snapshot, or the answer to lock-status. */
interface Present {
  lock: Lock | null;
  version: number;
  serverTime: string;
}

/** Runs what the pure machine cannot: requests, timers and the page's end. */
export class LockController {
  readonly state: Store<LockState>;
  private cancelWake = () => {};
  private cancelAsk = () => {};
  private lastActivityMs = Number.NEGATIVE_INFINITY;
  private acquireAttempt = 0;
  private renewing = false;
  private releasing: Promise<unknown> | null = null;
  private open = false;

  constructor(private readonly options: LockControllerOptions) {
    this.state = createStore(initialLockState(options.userId, options.sessionId));
  }

  /** Listens until the answer is called, which gives the lock back. */
  start(page: Window): () => void {
    this.open = true;
    const unsubscribe = this.options.realtime.subscribe(this.options.appointmentId, this.hear);
    const restored = (event: PageTransitionEvent) => void (event.persisted && this.recheck());
    page.addEventListener("pagehide", this.leave);
    page.addEventListener("pageshow", restored);
    void this.recheck();
    this.askLater(env.askAfterMs, page);
    return () => {
      this.open = false;
      unsubscribe();
      this.cancelWake();
      this.cancelAsk();
      page.removeEventListener("pagehide", this.leave);
      page.removeEventListener("pageshow", restored);
      void this.done();
    };
  }

  /** Asks for the lock. Rejects with what the user should be told; being beaten to it is told by the state. */
  async edit(): Promise<void> {
    const attempt = ++this.acquireAttempt;
    this.apply({ type: "acquire-asked" });
    await this.releasing;
    try {
      const lock = await this.options.gateway.acquire(this.options.sessionId);
      if (attempt === this.acquireAttempt) this.apply({ type: "acquired", lock, nowMs: this.now() });
      else this.decline(lock);
    } catch (error) {
      if (attempt === this.acquireAttempt) this.apply({ type: "acquire-ended" });
      if (hasCode(error, "LOCKED")) this.learnFrom(error);
      else throw error;
    }
  }

  cancel(): void {
    this.acquireAttempt++;
    this.apply({ type: "acquire-ended" });
  }

  /** The answer came after the user had changed their mind, or had gone. */
  private decline(lock: Lock): void {
    if (this.open) this.apply({ type: "told", lock, version: lock.version, current: true, nowMs: this.now() });
    else if (lock.lockId) void this.release(lock.lockId);
  }

  async keepEditing(): Promise<void> {
    const lockId = this.state.get().claimed;
    if (!lockId || this.renewing) return;
    this.renewing = true;
    try {
      const lock = await this.options.gateway.renew(lockId);
      this.apply({ type: "told", lock, version: lock.version, current: true, nowMs: this.now() });
    } catch (error) {
      if (hasCode(error, "LOCK_LOST")) this.learnFrom(error);
      else this.wakeIn(RENEW_RETRY_MS, () => this.renewIfActive());
    } finally {
      this.renewing = false;
    }
  }

  /** Gives the lock back; at once on this page, whatever the network does. */
  async done(): Promise<void> {
    const lockId = this.state.get().claimed;
    this.acquireAttempt++;
    this.apply({ type: "given-back" });
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
  learnFrom(error: unknown): void {
    const lock = lockInProblem(error);
    const nowMs = this.now();
    if (lock) this.apply({ type: "told", lock, version: lock.version, current: true, nowMs });
    if (hasCode(error, "LOCK_LOST") || hasCode(error, "LOCK_REQUIRED")) this.apply({ type: "refused", nowMs });
    if (!lock) void this.recheck();
  }

  private now(): number {
    return this.options.clock.now();
  }

  private apply(event: LockEvent): void {
    this.state.set(reduceLock(this.state.get(), event));
    if (!this.open) return;
    this.plan();
    const orphan = orphanOf(this.state.get());
    if (orphan && !this.releasing) void this.release(orphan);
  }

  private readonly hear = (frame: AppointmentFrame): void => {
    if (frame.type === "appointment-updated") return;
    if (frame.type === "snapshot") this.hearPresent(frame);
    else this.apply({ ...frame, type: "told", current: false, nowMs: this.now() });
  };

  /** A lock whose time is over is no lock, even if nobody has announced its end yet. */
  private hearPresent({ lock, version, serverTime }: Present): void {
    const nowMs = this.now();
    const over = lock !== null && Date.parse(lock.expiresAt) <= Date.parse(serverTime);
    this.apply({ type: "clock-told", serverTime, nowMs });
    this.apply({ type: "told", lock: over ? null : lock, version, current: true, nowMs });
  }

  private async check(): Promise<void> {
    this.hearPresent(await this.options.gateway.status());
  }

  private readonly recheck = async (): Promise<void> => {
    try {
      await this.check();
    } catch (error) {
      const delayMs = retryDelayMs(error);
      if (this.open && delayMs !== null) this.wakeIn(delayMs, this.recheck);
    }
  };

  /** What the connection does not tell is asked for, while somebody looks. */
  private askLater(delayMs: number, page: Window): void {
    this.cancelAsk = this.options.clock.after(delayMs, () => {
      if (!this.isTold() && page.document.visibilityState !== "hidden") void this.ask();
      this.askLater(env.askEveryMs, page);
    });
  }

  private isTold(): boolean {
    return this.options.realtime.state.get() === "open" && this.state.get().version >= 0;
  }

  private async ask(): Promise<void> {
    await this.check().catch(() => {});
    // A renewal that has failed waits for its next turn, which news of an unchanged lock has put off.
    if (isRenewalDue(this.state.get(), this.now())) this.renewIfActive();
  }

  private readonly leave = (): void => {
    const lockId = this.state.get().claimed;
    if (!lockId) return;
    this.options.gateway.releaseByBeacon(lockId);
    this.apply({ type: "left", nowMs: this.now() });
  };

  private async release(lockId: string): Promise<void> {
    const { gateway } = this.options;
    this.releasing = gateway.release(lockId).then(this.hearReleased, () => gateway.releaseByBeacon(lockId));
    await this.releasing;
    this.releasing = null;
  }

  /** From here on, whatever was said of the lock before is old. */
  private readonly hearReleased = ({ version }: Released): void => {
    this.apply({ type: "told", lock: null, version, current: true, nowMs: this.now() });
  };

  private plan(): void {
    const wake = nextWake(this.state.get(), this.now());
    this.cancelWake();
    if (wake) this.wakeIn(wake.delayMs, wake.task === "renew" ? () => this.renewIfActive() : this.recheck);
  }

  private renewIfActive(): void {
    if (isActive(this.state.get(), this.lastActivityMs, this.now())) void this.keepEditing();
    else this.plan();
  }

  private wakeIn(delayMs: number, task: () => unknown): void {
    this.cancelWake();
    this.cancelWake = this.options.clock.after(delayMs, () => void task());
  }
}
