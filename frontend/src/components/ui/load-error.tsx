import { clsx } from "clsx";
import { CircleAlert } from "lucide-react";
import { errorMessage } from "@/lib/api/problem";
import { Button } from "./button";
import { Notice } from "./notice";

interface LoadErrorProps {
  /** "The appointments could not be loaded" */
  title: string;
  error: unknown;
  onRetry: () => void;
  /** The notice is the whole page. */
  page?: boolean;
  /** A taller button, as on the patients' pages. */
  large?: boolean;
}

/** In place of data that could not be loaded: the reason, and a button to try again. */
export function LoadError({ title, error, onRetry, page = false, large = false }: LoadErrorProps) {
  return (
    <Notice
      page={page}
      role="alert"
      icon={CircleAlert}
      title={title}
      actions={
        <Button variant="primary" className={clsx(large && "min-h-11")} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {errorMessage(error)}
    </Notice>
  );
}
