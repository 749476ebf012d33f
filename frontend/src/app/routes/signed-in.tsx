import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { Logo } from "@/components/ui/logo";
import { AccountMenu } from "@/features/accounts/components/account-menu";
import { MemberProvider, useSession } from "@/features/accounts/hooks/session-context";
import type { Session } from "@/features/accounts/session";
import { ConnectionBar } from "@/features/realtime/components/connection-bar";
import { paths } from "@/lib/paths";

/** The key resets all state when another member signs in. */
export function SignedIn() {
  const session = useSession();
  return session && <Shell key={session.user.id} session={session} />;
}

const route = getRouteApi("/signed-in");

function Shell({ session }: { session: Session }) {
  const { startMember } = route.useRouteContext();
  useEffect(() => startMember(), [startMember]);
  return (
    <MemberProvider value={session}>
      <SkipLink />
      <header className="sticky top-0 z-20 border-line border-b bg-page/95 backdrop-blur">
        <div className="mx-auto flex h-14 max-w-6xl items-center gap-4 px-4">
          <Link to={paths.appointments} aria-label="Holdfast: today's appointments" className="rounded-control">
            <Logo />
          </Link>
          <p className="min-w-0 flex-1 truncate text-muted">{session.tenant.name}</p>
          <AccountMenu />
        </div>
      </header>
      <div className="mx-auto max-w-6xl space-y-4 px-4 py-4 sm:py-6">
        <ConnectionBar />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </MemberProvider>
  );
}

function SkipLink() {
  return (
    <a
      href="#content"
      className="fixed top-2 left-2 z-40 -translate-y-16 rounded-control bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
    >
      Skip to content
    </a>
  );
}
