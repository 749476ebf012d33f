import type { Lock } from "@/lib/api/lock";
import type { AppointmentFrame } from "./frames";

/** The least recently changed appointments beyond this are forgotten. */
const MAX_APPOINTMENTS = 500;

interface SeenVersions {
  lockVersion: number;
  lock: Lock | null;
  appointmentVersion: number;
}

const NOTHING_SEEN: SeenVersions = { lockVersion: -1, lock: null, appointmentVersion: 0 };

/**
 * Drops outdated frames: frames may come twice, and from two sockets during a handover. Versions decide, not clocks:
 * an appointment's version never decreases, while the clocks of two servers may differ by more than the time between
 * two changes.
 */
export class Versions {
  private readonly seen = new Map<string, SeenVersions>();

  /** The frame to pass on; null if it is outdated. */
  accept<Frame extends AppointmentFrame>(frame: Frame): Frame | null;
  accept(frame: AppointmentFrame): AppointmentFrame | null {
    const seen = this.seen.get(frame.appointmentId) ?? NOTHING_SEEN;
    switch (frame.type) {
      case "snapshot": {
        // Outdated parts are replaced by what was received; the other parts may be new.
        const { version, lock } =
          frame.version < seen.lockVersion ? { version: seen.lockVersion, lock: seen.lock } : frame;
        const appointmentVersion = Math.max(frame.appointmentVersion, seen.appointmentVersion);
        this.remember(frame.appointmentId, { lockVersion: version, lock, appointmentVersion });
        return { ...frame, version, lock, appointmentVersion };
      }
      case "appointment-updated":
        if (frame.appointmentVersion <= seen.appointmentVersion) return null;
        this.remember(frame.appointmentId, { ...seen, appointmentVersion: frame.appointmentVersion });
        return frame;
      default:
        if (frame.version <= seen.lockVersion) return null;
        this.remember(frame.appointmentId, { ...seen, lockVersion: frame.version, lock: frame.lock });
        return frame;
    }
  }

  clear(): void {
    this.seen.clear();
  }

  private remember(appointmentId: string, seen: SeenVersions): void {
    this.seen.delete(appointmentId);
    this.seen.set(appointmentId, seen);
    for (const oldest of this.seen.keys()) {
      if (this.seen.size <= MAX_APPOINTMENTS) break;
      this.seen.delete(oldest);
    }
  }
}
