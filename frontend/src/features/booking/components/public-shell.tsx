import type { ReactNode } from "react";

/** One column, with the practice's name above it. */
export function PublicShell({ practice, children }: { practice: string | undefined; children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-2xl flex-col px-4">
      <header className="flex min-h-16 items-center">
        <p className="truncate font-semibold text-lg tracking-tight">{practice ?? "\u00a0"}</p>
      </header>
      <main className="flex-1 pb-10">{children}</main>
      <footer className="flex items-center gap-2 border-line border-t py-4 text-muted text-sm">
        <img src="/favicon.svg" alt="" className="size-4" />
        Appointments are kept by Holdfast
      </footer>
    </div>
  );
}
