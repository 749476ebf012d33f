import { type ReactNode, useEffect, useRef } from "react";

interface PageHeadingProps {
  /** The document's title, and the heading unless there are children. */
  title: string;
  children?: ReactNode;
  className?: string;
}

let isFirstPage = true;

/** The page's h1. Takes the focus after a navigation within the site, as a new document's top would. */
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
