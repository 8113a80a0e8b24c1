import { describe, expect, it } from "vitest";
import { readDiff } from "./unified_diff";

const TEXT = `diff --git a/loaders/a.py b/loaders/a.py
index 1..2 100644
--- a/loaders/a.py
+++ b/loaders/a.py
@@ -3,3 +3,4 @@ def a():
 same
-old
+new
+more
 end
diff --git a/gone.md b/gone.md
deleted file mode 100644
--- a/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-bye
diff --git a/a.bin b/a.bin
new file mode 100644
Binary files /dev/null and b/a.bin differ
`;

describe("a unified diff", () => {
  it("is read file by file, with the lines' numbers on both sides", () => {
    const files = readDiff(TEXT);

    expect(files.map((file) => [file.path, file.what])).toEqual([
      ["loaders/a.py", "changed"],
      ["gone.md", "removed"],
      ["a.bin", "added"],
    ]);
    expect(files[0]?.lines.map((line) => [line.kind, line.before, line.after])).toEqual([
      ["place", null, null],
      ["both", 3, 3],
      ["removed", 4, null],
      ["added", null, 4],
      ["added", null, 5],
      ["both", 5, 6],
    ]);
    expect(files[2]?.note).not.toBe("");
  });
});
