import * as z from "zod/mini";
import type { Service } from "./api/services";
import type { ServiceForm } from "./api/setup";

const DAY_MINUTES = 24 * 60;
const MAX_NEEDS = 3;

const minutes = (min: number) =>
  z
    .number("Enter a number of minutes.")
    .check(
      z.int("Use whole minutes."),
      z.gte(min, min > 0 ? `Use at least ${min} minutes.` : "Use no negative number."),
      z.lte(DAY_MINUTES, "Use at most a day."),
    );

export const serviceFieldsSchema = z.object({
  name: z.string().check(
    z.refine((text) => text.trim() !== "", "Enter a name."),
    z.maxLength(200, "Use at most 200 characters."),
  ),
  durationMinutes: minutes(5),
  bufferBeforeMinutes: minutes(0),
  bufferAfterMinutes: minutes(0),
  price: z.string().check(z.maxLength(32, "Use at most 32 characters.")),
  color: z.string(),
  /** One entry per need, with the resources that can serve it. */
  needs: z.array(
    z.object({ anyOf: z.array(z.string()).check(z.minLength(1, "Choose what may serve, or remove this.")) }),
  ),
});

export type ServiceFields = z.infer<typeof serviceFieldsSchema>;

export const newServiceFields: ServiceFields = {
  name: "",
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  price: "",
  color: "#4f46e5",
  needs: [],
};

export function canAddNeed(needs: number): boolean {
  return needs < MAX_NEEDS;
}

export function toServiceFields({ id: _id, archived: _archived, price, needs, ...service }: Service): ServiceFields {
  return { ...service, price: price ?? "", needs: needs ?? [] };
}

export function toServiceForm({ name, price, ...fields }: ServiceFields): ServiceForm {
  return { ...fields, name: name.trim(), price: price.trim() || null };
}
