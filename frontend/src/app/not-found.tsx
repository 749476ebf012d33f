import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { paths } from "@/lib/paths";

export function NotFound() {
  return (
    <main className="mx-auto max-w-2xl px-4 py-16">
      <Notice
        page
        icon={SearchX}
        title="There is no page at this address"
        actions={
          <Link to={paths.appointments} className={buttonClass("primary")}>
            To the appointments
          </Link>
        }
      >
        Check the address for a mistake, or start again from the appointments.
      </Notice>
    </main>
  );
}
