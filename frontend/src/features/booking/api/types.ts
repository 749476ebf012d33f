import type { components } from "@/lib/api/generated/schema";

type Schemas = components["schemas"];

/** A start that is on offer with one doctor. */
export type Slot = Pick<Schemas["AvailableSlot"], "doctorId" | "start" | "end">;
export type Practice = Schemas["PublicTenant"];
export type PublicService = Schemas["PublicService"];
export type PublicDoctor = Schemas["PublicDoctor"];
export type BookingForm = Schemas["BookingForm"];
export type Booked = Schemas["BookingCreated"];
/** What the patient's own page shows. */
export type ManagedBooking = Schemas["BookingView"];
