import { env } from "@/lib/env";

/** Every address of the site, for the router and all links. */
export const paths = {
  home: "/",
  signIn: "/sign-in",
  signUp: "/sign-up",
  signOut: "/sign-out",
  appointments: "/appointments",
  newAppointment: "/appointments/new",
  appointment: "/appointments/$appointmentId",
  setup: "/setup/$section",
  /** A practice's booking page. */
  book: "/p/$slug",
  /** A patient's own page. */
  booking: "/b/$manageToken",
} as const;

/** Server addresses outside the generated client. */
export const serverPaths = {
  webSocket: (ticket: string) => `${env.webSocketBase}?ticket=${encodeURIComponent(ticket)}`,
  releaseLock: (appointmentId: string) =>
    `${env.apiBase}/appointments/${encodeURIComponent(appointmentId)}/release-lock`,
  calendarFile: (manageToken: string) =>
    `${env.apiBase}/public/bookings/${encodeURIComponent(manageToken)}/calendar.ics`,
};

/** The path to return to after sign-in. Anything but a path of this site becomes the start page. */
export function safeReturnPath(path: string | undefined): string {
  return path && /^\/(?![/\\])/.test(path) && !/^\/sign-/.test(path) ? path : paths.appointments;
}
