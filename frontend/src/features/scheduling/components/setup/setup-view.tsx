import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { ShieldAlert } from "lucide-react";
import { Notice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { useMember } from "@/features/accounts/hooks/session-context";
import { hasPermission } from "@/features/accounts/permissions";
import { paths } from "@/lib/paths";
import { DoctorsSetup } from "./doctors-setup";
import { ResourcesSetup } from "./resources-setup";
import { RulesSetup } from "./rules-setup";
import type { SetupSectionProps } from "./section-props";
import { ServicesSetup } from "./services-setup";

const sections = {
  doctors: { label: "Doctors", Content: DoctorsSetup },
  services: { label: "Services", Content: ServicesSetup },
  rooms: { label: "Rooms", Content: ResourcesSetup },
  booking: { label: "Booking", Content: RulesSetup },
} as const;

type Section = keyof typeof sections;

/** The set-up of the practice, in four sections. */
export function SetupView({ section, ...props }: SetupSectionProps & { section: string }) {
  const { user } = useMember();
  const chosen: Section = section in sections ? (section as Section) : "doctors";
  const { label, Content } = sections[chosen];
  if (!hasPermission(user, "setup.edit")) {
    return (
      <Notice page icon={ShieldAlert} title="Only admins set up the practice">
        Ask an admin of your practice to change this, or to make you one.
      </Notice>
    );
  }
  return (
    <div className="space-y-4">
      <PageHeading title={`${label} · Set-up`}>Set-up</PageHeading>
      <nav aria-label="Set-up" className="-mx-4 overflow-x-auto border-line border-b px-4">
        <ul className="flex gap-1">
          {(Object.keys(sections) as Section[]).map((name) => (
            <li key={name}>
              <Link
                to={paths.setup}
                params={{ section: name }}
                className={clsx(
                  "-mb-px flex min-h-11 items-center whitespace-nowrap border-b-2 px-3 font-medium",
                  name === chosen ? "border-accent text-accent-text" : "border-transparent text-muted hover:text-ink",
                )}
              >
                {sections[name].label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Content key={chosen} {...props} />
    </div>
  );
}
