import { Button } from "@/components/ui/button";

interface ChoicesMadeProps {
  choices: { name: string; value: string; onChange: (() => void) | undefined }[];
}

/** The choices so far, each with a button to change it. */
export function ChoicesMade({ choices }: ChoicesMadeProps) {
  return (
    <ul aria-label="Chosen so far" className="mb-5 divide-y divide-line rounded-card border border-line bg-surface">
      {choices.map(({ name, value, onChange }) => (
        <li key={name} className="flex min-h-12 items-center gap-3 py-0.5 pr-1 pl-4">
          <span className="min-w-0 flex-1 break-words">
            <span className="sr-only">{name}: </span>
            {value}
          </span>
          {onChange && (
            <Button variant="quiet" className="min-h-11 text-accent-text!" onClick={onChange}>
              Change<span className="sr-only"> the {name.toLowerCase()}</span>
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
