import { getRouteApi, Link } from "@tanstack/react-router";
import { PageHeading } from "@/components/ui/page-heading";
import { SignInForm } from "@/features/accounts/components/sign-in-form";
import { paths } from "@/lib/paths";

const route = getRouteApi("/signed-out");

export function SignInPage() {
  const search = route.useSearch();
  return (
    <>
      <PageHeading title="Sign in" className="font-semibold text-2xl tracking-tight" />
      <p className="mt-1 mb-6 text-muted">
        {search.next ? "Sign in to go on where you were." : "To your practice's appointments."}
      </p>
      <div className="rounded-card border border-line bg-surface p-5">
        <SignInForm />
      </div>
      <p className="mt-4 text-muted">
        New here?{" "}
        <Link to={paths.signUp} search={search} className="font-medium text-accent-text underline underline-offset-2">
          Create a practice
        </Link>
      </p>
    </>
  );
}
