import { type Api, unwrap } from "@/lib/api/client";
import { serverPaths } from "@/lib/paths";

/** A ticket opens one connection, so every attempt asks for a new one. */
export async function webSocketUrl(api: Api, tabId: string): Promise<string> {
  const { ticket } = await unwrap(api.POST("/auth/ws-ticket", { body: { sessionId: tabId } }));
  return serverPaths.webSocket(ticket);
}
