import { type Api, unwrap } from "@/lib/api/client";
import { serverPaths } from "@/lib/paths";

/** A URL with a new ticket. A ticket opens one connection. */
export async function webSocketUrl(api: Api, tabId: string): Promise<string> {
  const { ticket } = await unwrap(api.POST("/auth/ws-ticket", { body: { sessionId: tabId } }));
  return serverPaths.webSocket(ticket);
}
