import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button, buttonClass } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useMember } from "@/features/accounts/hooks/session-context";
import { paths } from "@/lib/paths";

/** The address of the booking page, to copy. */
export function PublicAddress() {
  const { slug } = useMember().tenant;
  const [isCopied, setIsCopied] = useState(false);
  const announce = useAnnounce();
  const path = paths.book.replace("$slug", slug);
  const address = window.location.origin + path;
  async function copy() {
    try {
      await navigator.clipboard.writeText(address);
      setIsCopied(true);
      announce("The address is copied.");
    } catch {
      announce("The address could not be copied. Select it and copy it yourself.");
    }
  }
  return (
    <section aria-label="Booking page" className="rounded-card border border-line bg-surface p-4 sm:p-5">
      <h2 className="font-semibold text-lg">Your booking page</h2>
      <p className="mb-3 text-muted">Patients book here without an account. Put it on your site and your letters.</p>
      <div className="flex flex-wrap gap-2">
        <Input
          readOnly
          aria-label="Address of the booking page"
          className="min-h-11 min-w-48 flex-1 truncate"
          value={address}
          onFocus={(event) => event.target.select()}
        />
        <Button className="min-h-11" onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {isCopied ? "Copied" : "Copy"}
        </Button>
        <a href={path} target="_blank" rel="noreferrer" className={`${buttonClass("quiet")} min-h-11`}>
          Open it<span className="sr-only"> in a new tab</span>
        </a>
      </div>
    </section>
  );
}
