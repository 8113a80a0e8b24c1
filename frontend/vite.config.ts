import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env["FLOWSTONE_SERVER"] ?? "http://127.0.0.1:8765";

const WORTH_COMPRESSING_BYTES = 1000;

/** Lays a `.gz` beside each asset, which the server sends to browsers that take it. */
function compressedAssets(): Plugin {
  return {
    name: "compressed-assets",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle).filter((found) => found.startsWith("assets/"))) {
        const content = readFileSync(join(dir, name));
        if (content.length > WORTH_COMPRESSING_BYTES) {
          writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
        }
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [react(), compressedAssets()],
  build: {
    outDir: "../server/flowstone/web/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { host: "127.0.0.1", proxy: { "/api": { target: server, ws: true } } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
