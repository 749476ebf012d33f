import type { components } from "@/lib/api/generated/schema";

export type Appointment = components["schemas"]["Appointment"];
