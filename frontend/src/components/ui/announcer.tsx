import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";

const AnnouncerContext = createContext<(text: string) => void>(() => {});

/** The page's only polite live region. Not every screen reader reads a region that was just inserted. */
export function Announcer({ children }: { children: ReactNode }) {
  const [text, setText] = useState("");
  const announce = useCallback((next: string) => {
    // Screen readers repeat a text only if it differs.
    setText((before) => (before === next ? `${next}\u00a0` : next));
  }, []);
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div aria-live="polite" aria-atomic="true" className="sr-only">
        {text}
      </div>
    </AnnouncerContext>
  );
}

export function useAnnounce(): (text: string) => void {
  return useContext(AnnouncerContext);
}

/** Announces `text` whenever `trigger` changes, but not on the first render. */
export function useAnnounceChanges(text: string, trigger: string | number = text): void {
  const announce = useAnnounce();
  const before = useRef(trigger);
  useEffect(() => {
    if (before.current !== trigger && text) announce(text);
    before.current = trigger;
  }, [announce, text, trigger]);
}
