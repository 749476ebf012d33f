import type { UseMutationResult } from "@tanstack/react-query";
import { type DefaultValues, type FieldValues, type Resolver, useForm } from "react-hook-form";
import { useAnnounce } from "@/components/ui/announcer";
import type { SavedItem, SaveRequest } from "@/features/scheduling/api/setup";
import type { SetupSectionProps } from "@/features/scheduling/components/setup/section-props";

interface SetupFormOptions<Fields extends FieldValues, Form> {
  /** Null for a new item. */
  item: { id: string; name: string } | null;
  resolver: Resolver<Fields>;
  defaultValues: DefaultValues<Fields>;
  /** The body of the request. */
  toForm: (fields: Fields) => Form;
  save: UseMutationResult<SavedItem, Error, SaveRequest<Form>>;
  archive: UseMutationResult<SavedItem, Error, string>;
  /** What removing the item means for appointments. */
  archiveConsequence: string;
  onItem: SetupSectionProps["onItem"];
}

/** The form of one item in the set-up: saves it, announces the result, opens a new item, archives an old one. */
export function useSetupForm<Fields extends FieldValues, Form>(options: SetupFormOptions<Fields, Form>) {
  const { item, resolver, defaultValues, toForm, save, archive, archiveConsequence, onItem } = options;
  const announce = useAnnounce();
  const form = useForm<Fields>({ resolver, defaultValues });
  const onSubmit = form.handleSubmit(
    (fields) =>
      save.mutate(
        { id: item?.id ?? null, form: toForm(fields) },
        {
          onSuccess({ id, conflicts }) {
            form.reset(fields);
            announce(conflicts.length > 0 ? `Saved. ${conflicts.length} appointments do not fit any more.` : "Saved.");
            if (!item) onItem(id, { replace: true });
          },
        },
      ),
    focusFirstError,
  );
  return {
    form,
    /** For `FormFrame`. */
    frame: {
      isSaving: save.isPending,
      isSaved: save.isSuccess,
      isDirty: form.formState.isDirty,
      error: save.error,
      onSubmit,
      archive: item
        ? {
            question: `Remove ${item.name}?`,
            consequence: archiveConsequence,
            isBusy: archive.isPending,
            error: archive.error,
            onArchive: () => archive.mutate(item.id, { onSuccess: () => onItem(undefined, { replace: true }) }),
          }
        : undefined,
    },
  };
}

/** The first error may be in a list, where the form library knows no field to focus. */
function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus());
}
