import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { useAnnounce } from "@/components/ui/announcer";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { type Resource, useArchiveResource, useResources, useSaveResource } from "@/features/scheduling/api/setup";
import { FormFrame } from "./form-frame";
import { SetupList } from "./setup-list";
import type { SetupSectionProps } from "./setup-view";

const kinds = { room: "Room", device: "Device" } as const;

const resourceSchema = z.object({
  name: z.string().check(
    z.refine((text) => text.trim() !== "", "Enter a name."),
    z.maxLength(200, "Use at most 200 characters."),
  ),
  kind: z.enum(["room", "device"]),
});

export function ResourcesSetup({ item, onItem }: SetupSectionProps) {
  const { data, error, refetch } = useResources();
  return (
    <SetupList
      name="Rooms and devices"
      addLabel="Add a room or device"
      emptyMessage="There are none. Services that need none can be booked all the same."
      items={data?.map(({ id, name, kind }) => ({ id, title: name, detail: kinds[kind] }))}
      error={error}
      onRetry={() => void refetch()}
      item={item}
      onItem={onItem}
    >
      <ResourceEditor key={item} resource={data?.find(({ id }) => id === item) ?? null} onItem={onItem} />
    </SetupList>
  );
}

interface ResourceEditorProps {
  /** Null for a new one. */
  resource: Resource | null;
  onItem: SetupSectionProps["onItem"];
}

function ResourceEditor({ resource, onItem }: ResourceEditorProps) {
  const announce = useAnnounce();
  const save = useSaveResource();
  const archive = useArchiveResource();
  const form = useForm<z.infer<typeof resourceSchema>>({
    resolver: zodResolver(resourceSchema),
    defaultValues: { name: resource?.name ?? "", kind: resource?.kind ?? "room" },
  });
  const { errors, isDirty } = form.formState;
  const submit = form.handleSubmit((fields) =>
    save.mutate(
      { id: resource?.id ?? null, form: fields },
      {
        onSuccess({ id }) {
          form.reset(fields);
          announce("Saved.");
          if (!resource) onItem(id, { replace: true });
        },
      },
    ),
  );
  return (
    <FormFrame
      title={resource ? resource.name : "A new room or device"}
      isSaving={save.isPending}
      isSaved={save.isSuccess}
      isDirty={isDirty}
      error={save.error}
      onSubmit={submit}
      archive={
        resource
          ? {
              question: `Remove ${resource.name}?`,
              consequence: "No new appointment gets it. Those that have it keep it.",
              isBusy: archive.isPending,
              error: archive.error,
              onArchive: () => archive.mutate(resource.id, { onSuccess: () => onItem(undefined, { replace: true }) }),
            }
          : undefined
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" error={errors.name?.message}>
          {(control) => <Input autoComplete="off" {...control} {...form.register("name")} />}
        </Field>
        <Field label="Kind">
          {(control) => (
            <Select {...control} {...form.register("kind")}>
              <option value="room">{kinds.room}</option>
              <option value="device">{kinds.device}</option>
            </Select>
          )}
        </Field>
      </div>
    </FormFrame>
  );
}
