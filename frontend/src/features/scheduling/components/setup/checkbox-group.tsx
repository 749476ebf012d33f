interface CheckboxGroupProps {
  legend: string;
  hint?: string;
  error?: string | undefined;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** A group of checkboxes. */
export function CheckboxGroup({ legend, hint, error, options, chosen, onChange }: CheckboxGroupProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium text-sm">{legend}</legend>
      {hint && <p className="text-muted text-sm">{hint}</p>}
      <div className="mt-1 grid gap-x-4 sm:grid-cols-2">
        {options.map(({ value, label }) => (
          <label key={value} className="flex min-h-11 items-center gap-2">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-accent"
              aria-invalid={error ? true : undefined}
              checked={chosen.includes(value)}
              onChange={(event) =>
                onChange(event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
              }
            />
            <span className="min-w-0 break-words">{label}</span>
          </label>
        ))}
      </div>
      {error && <p className="text-lost-text text-sm">{error}</p>}
    </fieldset>
  );
}
