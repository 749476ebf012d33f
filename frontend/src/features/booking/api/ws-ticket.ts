import { type Api, unwrap } from "@/lib/api/client";
import { serverPaths } from "@/lib/paths";

/** A visitor's URL. Its ticket opens one connection, which carries slot updates only. */
export async function visitorSocketUrl(api: Api, slug: string): Promise<string> {
  const { ticket } = await unwrap(api.POST("/public/{slug}/ws-ticket", { params: { path: { slug } } }));
  return serverPaths.webSocket(ticket);
}
