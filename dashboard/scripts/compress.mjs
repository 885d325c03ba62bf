// Writes a Brotli and a gzip copy beside every asset that gains from it, so that the server never
// compresses while somebody waits.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = new URL("../dist/", import.meta.url).pathname;
const compressible = new Set([".html", ".js", ".css", ".svg", ".json", ".txt", ".webmanifest"]);
const smallestBytes = 256;

const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries
  .filter((entry) => entry.isFile() && compressible.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath, entry.name))
  // The server writes the page itself anew for each answer: its base and its nonce.
  .filter((file) => file !== join(folder, "index.html"));

let before = 0;
let after = 0;
for (const file of files) {
  const content = await readFile(file);
  if (content.length < smallestBytes) continue;
  const brotli = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  await writeFile(`${file}.br`, brotli);
  await writeFile(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  before += content.length;
  after += brotli.length;
}
console.log(
  `${files.length} files, ${Math.round(before / 1024)} kB, ${Math.round(after / 1024)} kB as Brotli`,
);
