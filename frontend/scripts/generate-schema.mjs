import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../chalicelib/core/openapi.json", import.meta.url);
const target = new URL("../src/lib/api/generated/schema.d.ts", import.meta.url);
const header = "// Generated from chalicelib/core/openapi.json by `npm run generate`. Do not edit.\n\n";

const wanted = header + astToString(await openapiTS(source, { defaultNonNullable: false }));

if (process.argv.includes("--check")) {
  const present = await readFile(target, "utf8").catch(() => "");
  if (present !== wanted) {
    console.error("src/lib/api/generated/schema.d.ts does not match the API document. Run `npm run generate`.");
    process.exit(1);
  }
  console.log("The generated client is current.");
} else {
  await writeFile(target, wanted);
}
