import { type Api, unwrap } from "@/lib/api/client";
import { serverPaths } from "@/lib/paths";

/** A visitor's ticket opens one connection, on which nothing is told but which times are free. */
export async function visitorSocketUrl(api: Api, slug: string): Promise<string> {
  const { ticket } = await unwrap(api.POST("/public/{slug}/ws-ticket", { params: { path: { slug } } }));
  return serverPaths.webSocket(ticket);
}
