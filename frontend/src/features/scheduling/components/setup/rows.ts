import type { FieldPath, FieldPathValue, FieldValues, UseFormReturn } from "react-hook-form";

interface Rows<Row> {
  rows: readonly Row[];
  add: (row: Row) => void;
  change: (at: number, changes: Partial<Row>) => void;
  remove: (at: number) => void;
}

/** A list within a form. By hand, because the form library's own part for it would be loaded by every form. */
export function rowsOf<Row extends object, Values extends FieldValues, Name extends FieldPath<Values>>(
  form: UseFormReturn<Values>,
  name: Name & (FieldPathValue<Values, Name> extends Row[] ? unknown : never),
): Rows<Row> {
  const rows: readonly Row[] = form.watch(name as Name);
  const put = (next: readonly Row[]) =>
    form.setValue(name as Name, next as FieldPathValue<Values, Name>, {
      shouldDirty: true,
      shouldValidate: form.formState.isSubmitted,
    });
  return {
    rows,
    add: (row) => put([...rows, row]),
    change: (at, changes) => put(rows.map((row, index) => (index === at ? { ...row, ...changes } : row))),
    remove: (at) => put(rows.filter((_row, index) => index !== at)),
  };
}
