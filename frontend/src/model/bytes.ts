const ROW = 16;

/** What kind of image bytes are, by how they begin; null for none. SVG is text, and never drawn. */
export function imageTypeOf(bytes: Uint8Array): string | null {
  const begins = (...signs: readonly number[]) => signs.every((sign, place) => bytes[place] === sign);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (begins(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (begins(0x47, 0x49, 0x46, 0x38)) return "image/gif";
  if (begins(0x42, 0x4d) && bytes.length > 26) return "image/bmp";
  if (begins(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45 && bytes[10] === 0x42 && bytes[11] === 0x50) return "image/webp";
  if (bytes[4] === 0x66 && bytes[5] === 0x74 && bytes[6] === 0x79 && bytes[7] === 0x70 && bytes[8] === 0x61 && bytes[9] === 0x76) return "image/avif";
  return null;
}

/** Write bytes as `xxd` does: where, what, and the letters among them. */
export function hexDump(bytes: Uint8Array, most = 4096): string {
  const shown = bytes.subarray(0, most);
  const lines = Array.from({ length: Math.ceil(shown.length / ROW) }, (_, line) => {
    const part = [...shown.subarray(line * ROW, (line + 1) * ROW)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    return `${(line * ROW).toString(16).padStart(8, "0")}  ${hex.padEnd(ROW * 3 - 1)}  ${letters}`;
  });
  return lines.join("\n");
}
