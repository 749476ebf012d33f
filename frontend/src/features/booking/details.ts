import * as z from "zod/mini";

/** The patient's details, with the server's limits. */
export const detailsSchema = z.object({
  name: z.string().check(
    z.refine((text) => text.trim() !== "", "Enter your name."),
    z.maxLength(200, "Use at most 200 characters."),
  ),
  email: z.email("Enter an email address, for example name@example.com."),
  phone: z.string().check(z.maxLength(40, "Use at most 40 characters.")),
  notes: z.string().check(z.maxLength(10_000, "Use at most 10,000 characters.")),
});

export type Details = z.infer<typeof detailsSchema>;

export const noDetails: Details = { name: "", email: "", phone: "", notes: "" };

/** The form field for a field of the request, if there is one. */
export function detailsFieldOf(requestField: string): keyof Details | null {
  const name = requestField.replace(/^patient\./, "");
  return name in noDetails ? (name as keyof Details) : null;
}
