import type { ComponentProps } from "react";
import { controlClass } from "./control";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={controlClass(`h-9 pointer-coarse:h-11 ${className ?? ""}`)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return <textarea className={controlClass(`field-sizing-content min-h-28 py-2 ${className ?? ""}`)} {...props} />;
}
