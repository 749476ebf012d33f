import { useMutation } from "@tanstack/react-query";
import * as z from "zod/mini";
import { useSessionStore } from "@/features/accounts/hooks/session-context";
import { type SignInResponse, sessionFrom } from "@/features/accounts/session";
import { type Api, unwrap } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";

const MIN_PASSWORD_LENGTH = 10;

const named = (what: string) =>
  z.string().check(z.trim(), z.minLength(1, `Enter ${what}.`), z.maxLength(200, "Use at most 200 characters."));

export const signUpSchema = z.object({
  tenantName: named("the name of your practice"),
  timeZone: z.string().check(z.minLength(1, "Choose a time zone.")),
  name: named("your name"),
  email: z.email("Enter an email address, for example name@example.com."),
  password: z
    .string()
    .check(
      z.minLength(MIN_PASSWORD_LENGTH, `Use at least ${MIN_PASSWORD_LENGTH} characters.`),
      z.maxLength(128, "Use at most 128 characters."),
    ),
});

export type SignUp = z.infer<typeof signUpSchema>;

export const passwordHint = `At least ${MIN_PASSWORD_LENGTH} characters. A few words in a row are good.`;

export function signUp(api: Api, body: SignUp): Promise<SignInResponse> {
  return unwrap(api.POST("/auth/signup", { body }));
}

export function useSignUp() {
  const api = useApi();
  const session = useSessionStore();
  return useMutation({
    mutationFn: (form: SignUp) => signUp(api, form),
    onSuccess: (response) => session.set(sessionFrom(response, Date.now())),
  });
}
