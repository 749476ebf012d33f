import { getRouteApi, Link } from "@tanstack/react-router";
import { PageHeading } from "@/components/ui/page-heading";
import { SignUpForm } from "@/features/accounts/components/sign-up-form";
import { paths } from "@/lib/paths";

const route = getRouteApi("/signed-out");

export function SignUpPage() {
  const search = route.useSearch();
  return (
    <>
      <PageHeading title="Create a practice" className="font-semibold text-2xl tracking-tight" />
      <p className="mt-1 mb-6 text-muted">You become its first admin.</p>
      <div className="rounded-card border border-line bg-surface p-5">
        <SignUpForm />
      </div>
      <p className="mt-4 text-muted">
        Your practice is here already?{" "}
        <Link to={paths.signIn} search={search} className="font-medium text-accent-text underline underline-offset-2">
          Sign in
        </Link>
      </p>
    </>
  );
}
