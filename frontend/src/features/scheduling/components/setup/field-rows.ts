import type { FieldPath, FieldPathValue, FieldValues, UseFormReturn } from "react-hook-form";

interface FieldRows<Row> {
  rows: readonly Row[];
  add: (row: Row) => void;
  change: (at: number, changes: Partial<Row>) => void;
  remove: (at: number) => void;
}

/** The rows of a list field. React Hook Form's useFieldArray would add to every form's load. */
export function fieldRows<Row extends object, Values extends FieldValues, Name extends FieldPath<Values>>(
  form: UseFormReturn<Values>,
  name: Name & (FieldPathValue<Values, Name> extends Row[] ? unknown : never),
): FieldRows<Row> {
  const rows: readonly Row[] = form.watch(name as Name);
  const setRows = (next: readonly Row[]) =>
    form.setValue(name as Name, next as FieldPathValue<Values, Name>, {
      shouldDirty: true,
      shouldValidate: form.formState.isSubmitted,
    });
  return {
    rows,
    add: (row) => setRows([...rows, row]),
    change: (at, changes) => setRows(rows.map((row, index) => (index === at ? { ...row, ...changes } : row))),
    remove: (at) => setRows(rows.filter((_row, index) => index !== at)),
  };
}
