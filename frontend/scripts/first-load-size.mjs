import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 200_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));
const html = await readFile(new URL("index.html", dist), "utf8");

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

async function compressedBytes(file) {
  return gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const plainScripts = [...html.matchAll(/<script[^>]* src="\/([^"]+)"/g)]
  .map((match) => match[1])
  .filter((file) => file !== manifest[entry].file);
const always = closure(entry);
const dynamic = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
const isLayout = (key) => /\/signed-(in|out)\.tsx$/.test(key);
const layouts = dynamic.filter(isLayout);
const pages = dynamic.filter((key) => !isLayout(key));

// Only the router knows each page's layout, so every pair is measured and the heaviest counts.
const loads = await Promise.all(
  layouts.flatMap((layout) => pages.map((page) => measure(`${page} in ${layout}`, [layout, page]))),
);

async function measure(name, parts) {
  const keys = new Set([...always, ...parts.flatMap((part) => [...closure(part)])]);
  const files = [...plainScripts, ...[...keys].map((key) => manifest[key].file)];
  const sizes = await Promise.all(files.filter((file) => file.endsWith(".js")).map(compressedBytes));
  return { name, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

loads.sort((a, b) => b.bytes - a.bytes);
for (const { name, bytes } of loads) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${name}`);

const worst = loads[0].bytes;
if (worst > LIMIT_BYTES) {
  console.error(`First load is ${worst} bytes compressed; the limit is ${LIMIT_BYTES}.`);
  process.exit(1);
}
console.log(`Largest first load: ${worst} of ${LIMIT_BYTES} bytes compressed.`);
