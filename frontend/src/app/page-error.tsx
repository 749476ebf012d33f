import { CircleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";

/** For a page that failed to render. Most often the server no longer has its script. */
export function PageError() {
  return (
    <main className="mx-auto max-w-2xl px-4 py-16">
      <Notice
        page
        role="alert"
        icon={CircleAlert}
        title="This page could not be shown"
        actions={
          <Button variant="primary" onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      >
        Reload it to get the newest version. If that does not help, try again in a few minutes.
      </Notice>
    </main>
  );
}
