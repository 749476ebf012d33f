import { type ReactNode, useEffect, useRef } from "react";

interface PageHeadingProps {
  /** The document's title; also what is read out when the page opens. */
  title: string;
  children?: ReactNode;
  className?: string;
}

let isFirstPage = true;

/** Takes the focus when its page opens from another page of the site, as the top of a fresh document would. */
export function PageHeading({ title, children, className }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={className ?? "font-semibold text-xl tracking-tight"}>
      {children ?? title}
    </h1>
  );
}
