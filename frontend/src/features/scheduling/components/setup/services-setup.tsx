import { zodResolver } from "@hookform/resolvers/zod";
import { Plus, X } from "lucide-react";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { type Service, useServices } from "@/features/scheduling/api/services";
import type { ServiceForm } from "@/features/scheduling/api/setup";
import { useArchiveService, useResources, useSaveService } from "@/features/scheduling/api/setup";
import { useSetupForm } from "@/features/scheduling/hooks/use-setup-form";
import {
  canAddNeed,
  newServiceFields,
  type ServiceFields,
  serviceFieldsSchema,
  toServiceFields,
  toServiceForm,
} from "@/features/scheduling/service-fields";
import { CheckboxGroup } from "./checkbox-group";
import { fieldRows } from "./field-rows";
import { FormFrame } from "./form-frame";
import type { SetupSectionProps } from "./section-props";
import { SetupList } from "./setup-list";

export function ServicesSetup({ item, onItem }: SetupSectionProps) {
  const { data, error, refetch } = useServices();
  const all = data && [...data.values()];
  return (
    <SetupList
      name="Services"
      addLabel="Add a service"
      emptyMessage="Nothing can be booked yet. Add your first service."
      items={all?.map(({ id, name, durationMinutes, price }) => ({
        id,
        title: name,
        detail: [`${durationMinutes} min`, price].filter(Boolean).join(" · "),
      }))}
      error={error}
      onRetry={() => void refetch()}
      item={item}
      onItem={onItem}
    >
      <ServiceEditor key={item} service={data?.get(item ?? "") ?? null} onItem={onItem} />
    </SetupList>
  );
}

interface ServiceEditorProps {
  /** Null for a new service. */
  service: Service | null;
  onItem: SetupSectionProps["onItem"];
}

const times = [
  { name: "durationMinutes", label: "Minutes", hint: "How long patients book." },
  { name: "bufferBeforeMinutes", label: "Minutes before", hint: "Kept free to prepare." },
  { name: "bufferAfterMinutes", label: "Minutes after", hint: "Kept free to tidy up." },
] as const;

function ServiceEditor({ service, onItem }: ServiceEditorProps) {
  const { form, frame } = useSetupForm<ServiceFields, ServiceForm>({
    item: service,
    resolver: zodResolver(serviceFieldsSchema),
    defaultValues: service ? toServiceFields(service) : newServiceFields,
    toForm: toServiceForm,
    save: useSaveService(),
    archive: useArchiveService(),
    archiveConsequence: "It can no longer be booked. Appointments that are booked already stay.",
    onItem,
  });
  const { register, formState } = form;
  const { errors } = formState;
  return (
    <FormFrame title={service ? service.name : "A new service"} {...frame}>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Name" error={errors.name?.message} className="sm:col-span-2">
          {(control) => <Input autoComplete="off" {...control} {...register("name")} />}
        </Field>
        <Field label="Price" hint="As patients read it." error={errors.price?.message}>
          {(control) => <Input autoComplete="off" {...control} {...register("price")} />}
        </Field>
        {times.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} error={errors[name]?.message}>
            {(control) => (
              <Input
                type="number"
                inputMode="numeric"
                min={0}
                {...control}
                {...register(name, { valueAsNumber: true })}
              />
            )}
          </Field>
        ))}
        <Field label="Colour">
          {(control) => <Input type="color" className="p-1!" {...control} {...register("color")} />}
        </Field>
      </div>
      <Needs form={form} />
    </FormFrame>
  );
}

/** The groups of rooms and devices; every appointment reserves one of each group. */
function Needs({ form }: { form: UseFormReturn<ServiceFields> }) {
  const { data: resources } = useResources();
  const { rows, add, change, remove } = fieldRows<ServiceFields["needs"][number], ServiceFields, "needs">(
    form,
    "needs",
  );
  const options = (resources ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <section aria-label="Rooms and devices that it needs" className="space-y-2">
      <h3 className="font-medium text-sm">Rooms and devices that it needs</h3>
      {rows.map((need, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names of their own, and hold no state
        <div key={at} className="flex items-start gap-2 rounded-control border border-line p-3">
          <div className="min-w-0 flex-1">
            <CheckboxGroup
              legend="Any one of these"
              error={form.formState.errors.needs?.[at]?.anyOf?.message}
              options={options}
              chosen={need.anyOf}
              onChange={(anyOf) => change(at, { anyOf })}
            />
          </div>
          <IconButton
            label={`Take out need ${at + 1}`}
            icon={X}
            className="border-transparent!"
            onClick={() => remove(at)}
          />
        </div>
      ))}
      {options.length === 0 ? (
        <p className="text-muted">There are none yet: add them under Rooms and devices.</p>
      ) : (
        canAddNeed(rows.length) && (
          <Button className="min-h-11" onClick={() => add({ anyOf: [] })}>
            <Plus aria-hidden className="size-4" />
            Add a need
          </Button>
        )
      )}
    </section>
  );
}
