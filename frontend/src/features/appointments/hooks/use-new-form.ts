import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useMember } from "@/features/accounts/hooks/session-context";
import { changesBetween, type Fields, fieldsSchema, isEmpty } from "@/features/appointments/fields";
import { unsavedTextStore } from "@/features/appointments/unsaved-text";
import { dateIn } from "@/lib/time/zone";
import { useTextOverSignIn } from "./use-text-over-sign-in";

interface Begun {
  date: string | undefined;
  doctorId: string | undefined;
}

/** The form of an appointment that is not there yet; what was typed into it outlives the session. */
export function useNewForm({ date, doctorId }: Begun) {
  const { tenant, user } = useMember();
  const [blank] = useState(() => blankFields(tenant.timeZone, date, doctorId));
  const [store] = useState(() => unsavedTextStore(sessionStorage, user.id, "new"));
  const [kept, setKept] = useState(store.read);
  const [defaultValues] = useState<Fields>(() => ({ ...blank, ...kept?.changes }));
  const form = useForm<Fields>({ defaultValues, resolver: zodResolver(fieldsSchema) });
  const changes = changesBetween(blank, form.watch());
  const giveUp = useTextOverSignIn(store, isEmpty(changes) ? null : { baseVersion: 0, changes });
  // What was only chosen is chosen again in a moment.
  const hasUnsaved = (changes.patient ?? changes.notes) !== undefined;
  const beginAnew = () => {
    form.reset(blank);
    setKept(null);
  };
  return { form, hasUnsaved, giveUp, isKept: kept !== null, beginAnew };
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
