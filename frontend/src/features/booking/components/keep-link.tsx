import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

/** The page's own address, to copy. It is a secret: it allows changes to the appointment. */
export function KeepLink() {
  const [isCopied, setIsCopied] = useState(false);
  const announce = useAnnounce();
  const { origin, pathname } = window.location;
  const link = origin + pathname;
  async function copy() {
    try {
      await navigator.clipboard.writeText(link);
      setIsCopied(true);
      announce("The link is copied.");
    } catch {
      announce("The link could not be copied. Select it and copy it yourself.");
    }
  }
  return (
    <section aria-label="Your link" className="rounded-card border border-line bg-surface p-4">
      <h2 className="font-medium">Keep this link</h2>
      <p className="mb-3 text-muted">
        With it you come back to this page, to change or cancel. Anybody who has it can do so too.
      </p>
      <div className="flex gap-2">
        <Input
          readOnly
          aria-label="Link to this page"
          className="min-h-11 truncate"
          value={link}
          onFocus={(event) => event.target.select()}
        />
        <Button className="min-h-11" onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {isCopied ? "Copied" : "Copy"}
        </Button>
      </div>
    </section>
  );
}
