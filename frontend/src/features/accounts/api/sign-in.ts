import { useMutation } from "@tanstack/react-query";
import * as z from "zod/mini";
import { useSessionStore } from "@/features/accounts/hooks/session-context";
import { type SignInResponse, sessionFrom } from "@/features/accounts/session";
import { type Api, unwrap } from "@/lib/api/client";
import { useApi } from "@/lib/api/hooks/api-context";

export const signInSchema = z.object({
  email: z.string().check(z.minLength(1, "Enter your email address.")),
  password: z.string().check(z.minLength(1, "Enter your password.")),
});

export type SignIn = z.infer<typeof signInSchema>;

export function signIn(api: Api, body: SignIn): Promise<SignInResponse> {
  return unwrap(api.POST("/auth/signin", { body }));
}

export function useSignIn() {
  const api = useApi();
  const session = useSessionStore();
  return useMutation({
    mutationFn: (form: SignIn) => signIn(api, form),
    onSuccess: (response) => session.set(sessionFrom(response, Date.now())),
  });
}
