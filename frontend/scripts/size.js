import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 300;
const out = new URL("../../server/flowstone/web/static/", import.meta.url).pathname;
const html = readFileSync(join(out, "index.html"), "utf8");
const first = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]));
const files = readdirSync(join(out, "assets"), { withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(js|css)$/.test(entry.name))
  .map((entry) => `assets/${entry.name}`);
const sizes = files.map((file) => ({ file, kb: gzipSync(readFileSync(join(out, file))).length / 1000 }));

for (const { file, kb } of sizes.sort((a, b) => b.kb - a.kb)) {
  console.log(`${kb.toFixed(1).padStart(8)} kB gzip  ${first.has(file) ? "first" : "later"}  ${file}`);
}
const total = sizes.filter(({ file }) => first.has(file)).reduce((sum, { kb }) => sum + kb, 0);
console.log(`first load: ${total.toFixed(1)} kB gzip of JavaScript (limit ${LIMIT_KB})`);
if (total > LIMIT_KB) process.exit(1);
