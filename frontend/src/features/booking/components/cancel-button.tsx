import { useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { useCancel } from "@/features/booking/api/managed-booking";
import type { ManagedBooking } from "@/features/booking/api/types";
import { dateAndTime } from "@/features/booking/labels";
import { errorMessage } from "@/lib/api/problem";

/** Cancels after a confirmation. */
export function CancelButton({ manageToken, managed }: { manageToken: string; managed: ManagedBooking }) {
  const [isOpen, setIsOpen] = useState(false);
  const cancel = useCancel(manageToken);
  const announce = useAnnounce();
  const { appointment, practice } = managed;
  const close = () => {
    setIsOpen(false);
    cancel.reset();
  };
  return (
    <>
      <Button variant="quiet" className="min-h-11 text-lost-text max-sm:w-full" onClick={() => setIsOpen(true)}>
        Cancel the appointment
      </Button>
      <Confirm
        open={isOpen}
        title="Cancel this appointment?"
        description={`${dateAndTime(appointment.startsAt, appointment.timeZone)}, ${practice.name}. Others can have the time then.`}
        onDismiss={close}
      >
        {cancel.error && (
          <p role="alert" className="w-full text-lost-text">
            {errorMessage(cancel.error)}
          </p>
        )}
        <Button className="min-h-11" onClick={close}>
          Keep it
        </Button>
        <Button
          variant="primary"
          className="min-h-11"
          busy={cancel.isPending}
          onClick={() =>
            cancel.mutate(undefined, {
              onSuccess: () => {
                close();
                announce("Your appointment is cancelled.");
              },
            })
          }
        >
          Yes, cancel it
        </Button>
      </Confirm>
    </>
  );
}
