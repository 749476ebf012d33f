import { env } from "@/lib/env";

/** Every address of the site; the router's route definitions and all links take theirs from here. */
export const paths = {
  home: "/",
  signIn: "/sign-in",
  signUp: "/sign-up",
  signOut: "/sign-out",
  appointments: "/appointments",
  newAppointment: "/appointments/new",
  appointment: "/appointments/$appointmentId",
  setup: "/setup/$section",
  /** A practice's public page. */
  book: "/p/$slug",
  /** A patient's own page. */
  booking: "/b/$manageToken",
} as const;

/** Addresses that are used outside the generated client. */
export const serverPaths = {
  webSocket: (ticket: string) => `${env.webSocketBase}?ticket=${encodeURIComponent(ticket)}`,
  releaseLock: (appointmentId: string) =>
    `${env.apiBase}/appointments/${encodeURIComponent(appointmentId)}/release-lock`,
  calendarFile: (manageToken: string) =>
    `${env.apiBase}/public/bookings/${encodeURIComponent(manageToken)}/calendar.ics`,
};

/** A way back is only ever a path of this site, whatever the address bar says. */
export function safeReturnPath(path: string | undefined): string {
  return path && /^\/(?![/\\])/.test(path) && !/^\/sign-/.test(path) ? path : paths.appointments;
}
