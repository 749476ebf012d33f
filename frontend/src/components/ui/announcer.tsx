import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";

const AnnouncerContext = createContext<(text: string) => void>(() => {});

/** The page's one polite live region. A region that comes and goes is not read by every screen reader. */
export function Announcer({ children }: { children: ReactNode }) {
  const [text, setText] = useState("");
  const announce = useCallback((next: string) => {
    // The same words twice are read twice only if the text differs.
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

/** Says `text` whenever `news` changes, but not what was true already when the page opened. */
export function useAnnounceChanges(text: string, trigger: string | number = text): void {
  const announce = useAnnounce();
  const before = useRef(trigger);
  useEffect(() => {
    if (before.current !== trigger && text) announce(text);
    before.current = trigger;
  }, [announce, text, trigger]);
}
