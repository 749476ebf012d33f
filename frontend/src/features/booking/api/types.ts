import type { components } from "@/lib/api/generated/schema";

type Schemas = components["schemas"];

/** A start that one doctor offers. */
export type Slot = Pick<Schemas["AvailableSlot"], "doctorId" | "start" | "end">;
export type Practice = Schemas["PublicTenant"];
export type PublicService = Schemas["PublicService"];
export type PublicDoctor = Schemas["PublicDoctor"];
export type BookingForm = Schemas["BookingForm"];
export type Booked = Schemas["BookingCreated"];
/** The content of the patient's own page. */
export type ManagedBooking = Schemas["BookingView"];
