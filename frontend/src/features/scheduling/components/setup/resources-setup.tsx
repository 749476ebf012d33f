import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod/mini";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { ResourceForm } from "@/features/scheduling/api/setup";
import { type Resource, useArchiveResource, useResources, useSaveResource } from "@/features/scheduling/api/setup";
import { useSetupForm } from "@/features/scheduling/hooks/use-setup-form";
import { FormFrame } from "./form-frame";
import type { SetupSectionProps } from "./section-props";
import { SetupList } from "./setup-list";

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
  /** Null for a new resource. */
  resource: Resource | null;
  onItem: SetupSectionProps["onItem"];
}

function ResourceEditor({ resource, onItem }: ResourceEditorProps) {
  const { form, frame } = useSetupForm<z.infer<typeof resourceSchema>, ResourceForm>({
    item: resource,
    resolver: zodResolver(resourceSchema),
    defaultValues: { name: resource?.name ?? "", kind: resource?.kind ?? "room" },
    toForm: (fields) => fields,
    save: useSaveResource(),
    archive: useArchiveResource(),
    archiveConsequence: "No new appointment gets it. Those that have it keep it.",
    onItem,
  });
  const { errors } = form.formState;
  return (
    <FormFrame title={resource ? resource.name : "A new room or device"} {...frame}>
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
