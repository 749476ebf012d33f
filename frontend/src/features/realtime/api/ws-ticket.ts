import { type Api, answerOf } from "@/lib/api/client";
import { serverPaths } from "@/lib/paths";

/** A ticket opens one connection, so every attempt asks for a new one. */
export async function webSocketUrl(api: Api, sessionId: string): Promise<string> {
  const { ticket } = await answerOf(api.POST("/auth/ws-ticket", { body: { sessionId } }));
  return serverPaths.webSocket(ticket);
}
