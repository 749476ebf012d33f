import { Outlet } from "@tanstack/react-router";
import { Logo } from "@/components/ui/logo";

export function SignedOut() {
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center px-4 py-12">
      <header className="mb-6">
        <Logo />
      </header>
      <main className="animate-fade">
        <Outlet />
      </main>
    </div>
  );
}
