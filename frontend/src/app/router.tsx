import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import type { BookingSearch, ManageSearch } from "@/features/booking/search";
import { paths, safeReturnPath } from "@/lib/paths";
import { isDate } from "@/lib/time/zone";
import { NotFound } from "./not-found";
import { PageError } from "./page-error";
import type { Services } from "./services";

type Context = Pick<Services, "session" | "startMember" | "transports">;

const root = createRootRouteWithContext<Context>()({ component: Outlet });

interface ReturnSearch {
  next?: string;
}

function readReturn({ next }: Record<string, unknown>): ReturnSearch {
  return typeof next === "string" && next !== paths.home ? { next } : {};
}

const signedOut = createRoute({
  getParentRoute: () => root,
  id: "signed-out",
  validateSearch: readReturn,
  beforeLoad({ context, search }) {
    if (context.session.get()) throw redirect({ href: safeReturnPath(search.next), replace: true });
  },
  component: lazyRouteComponent(() => import("./routes/signed-out"), "SignedOut"),
});

const signIn = createRoute({
  getParentRoute: () => signedOut,
  path: paths.signIn,
  component: lazyRouteComponent(() => import("./routes/sign-in"), "SignInPage"),
});

const signUp = createRoute({
  getParentRoute: () => signedOut,
  path: paths.signUp,
  component: lazyRouteComponent(() => import("./routes/sign-up"), "SignUpPage"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad({ context, location }) {
    if (!context.session.get()) throw redirect({ to: paths.signIn, search: readReturn({ next: location.href }) });
  },
  component: lazyRouteComponent(() => import("./routes/signed-in"), "SignedIn"),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: paths.home,
  beforeLoad() {
    throw redirect({ to: paths.appointments, replace: true });
  },
});

/** Sign-out is a route, so that it asks about unsaved text like any other navigation. */
const signOut = createRoute({
  getParentRoute: () => root,
  path: paths.signOut,
  beforeLoad({ context }) {
    context.session.set(null);
    throw redirect({ to: paths.signIn, replace: true });
  },
});

export interface DaySearch {
  date?: string;
  doctor?: string;
}

function readDay({ date, doctor }: Record<string, unknown>): DaySearch {
  return {
    ...(typeof date === "string" && isDate(date) && { date }),
    ...(typeof doctor === "string" && doctor && { doctor }),
  };
}

const day = createRoute({
  getParentRoute: () => signedIn,
  path: paths.appointments,
  validateSearch: readDay,
  component: lazyRouteComponent(() => import("./routes/day"), "DayPage"),
});

const newAppointment = createRoute({
  getParentRoute: () => signedIn,
  path: paths.newAppointment,
  validateSearch: readDay,
  component: lazyRouteComponent(() => import("./routes/new-appointment"), "NewAppointmentPage"),
});

const appointment = createRoute({
  getParentRoute: () => signedIn,
  path: paths.appointment,
  component: lazyRouteComponent(() => import("./routes/appointment"), "AppointmentPage"),
});

export interface SetupSearch {
  item?: string | undefined;
}

const setup = createRoute({
  getParentRoute: () => signedIn,
  path: paths.setup,
  validateSearch: (search: SetupSearch) => search,
  component: lazyRouteComponent(() => import("./routes/setup"), "SetupPage"),
});

const book = createRoute({
  getParentRoute: () => root,
  path: paths.book,
  validateSearch: (search: BookingSearch) => search,
  component: lazyRouteComponent(() => import("./routes/book"), "BookPage"),
});

const booking = createRoute({
  getParentRoute: () => root,
  path: paths.booking,
  validateSearch: (search: ManageSearch) => search,
  component: lazyRouteComponent(() => import("./routes/manage"), "ManagePage"),
});

const routeTree = root.addChildren([
  signOut,
  book,
  booking,
  signedOut.addChildren([signIn, signUp]),
  signedIn.addChildren([home, day, newAppointment, appointment, setup]),
]);

export function createAppRouter(context: Context, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context,
    scrollRestoration: true,
    defaultPreload: "intent",
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
    ...(history && { history }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
