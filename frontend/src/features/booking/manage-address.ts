/**
 * A token in a page's address. What has a dot in its last part is taken for a file by whoever serves the site, so the
 * token's dots stand as slashes, of which it has none.
 */
export function splatOfToken(manageToken: string): string {
  return manageToken.replaceAll(".", "/");
}

export function tokenOfSplat(splat: string): string {
  return splat.replaceAll("/", ".");
}
