import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useMember } from "@/features/accounts/hooks/session-context";
import { createDraftStorage } from "@/features/appointments/draft-storage";
import { changesBetween, type Fields, fieldsSchema, isEmpty } from "@/features/appointments/fields";
import { dateIn } from "@/lib/time/zone";
import { useDraftStorage } from "./use-draft-storage";

interface InitialValues {
  date: string | undefined;
  doctorId: string | undefined;
}

/** The form of a new appointment. Typed text outlives the session. */
export function useNewForm({ date, doctorId }: InitialValues) {
  const { tenant, user } = useMember();
  const [blank] = useState(() => blankFields(tenant.timeZone, date, doctorId));
  const [storage] = useState(() => createDraftStorage(sessionStorage, user.id, "new"));
  const [restored, setRestored] = useState(storage.read);
  const [defaultValues] = useState<Fields>(() => ({ ...blank, ...restored?.changes }));
  const form = useForm<Fields>({ defaultValues, resolver: zodResolver(fieldsSchema) });
  const changes = changesBetween(blank, form.watch());
  const discard = useDraftStorage(storage, isEmpty(changes) ? null : { baseVersion: 0, changes });
  // A choice is quickly made again; only typed text counts.
  const hasUnsaved = (changes.patient ?? changes.notes) !== undefined;
  const startOver = () => {
    form.reset(blank);
    setRestored(null);
  };
  return { form, hasUnsaved, discard, isRestored: restored !== null, startOver };
}

function blankFields(timeZone: string, date: string | undefined, doctorId: string | undefined): Fields {
  return {
    title: "",
    start: { date: date ?? dateIn(timeZone, Date.now()), time: "", timeZone, which: "" },
    minutes: "",
    doctorId: doctorId ?? "",
    serviceId: "",
    status: "confirmed",
    notes: "",
    patient: { name: "", email: "", phone: "" },
  };
}
