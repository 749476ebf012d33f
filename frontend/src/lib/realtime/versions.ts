import type { Lock } from "@/lib/api/lock";
import type { AppointmentFrame } from "./frames";

/** Appointments are forgotten, the longest untouched first, beyond so many. */
const MAX_APPOINTMENTS = 500;

interface SeenVersions {
  lockVersion: number;
  lock: Lock | null;
  appointmentVersion: number;
}

const NOTHING_SEEN: SeenVersions = { lockVersion: -1, lock: null, appointmentVersion: 0 };

/**
 * Lets nobody see a version go back: frames may come twice, and from two sockets while one takes over from the other.
 * No clock has a say in it. A version never falls for one appointment, so a lower one is older, whatever its time;
 * the clocks of two servers may differ by more than the moment between two changes.
 */
export class Versions {
  private readonly seen = new Map<string, SeenVersions>();

  /** The frame as it may be passed on; null if it is old. */
  accept<Frame extends AppointmentFrame>(frame: Frame): Frame | null;
  accept(frame: AppointmentFrame): AppointmentFrame | null {
    const seen = this.seen.get(frame.appointmentId) ?? NOTHING_SEEN;
    switch (frame.type) {
      case "snapshot": {
        // What is older in it was told already; what is not in the old socket's frames may be news.
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
