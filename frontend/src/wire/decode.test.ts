import { expect, test } from "vitest";
import { decode, misfit } from "./decode";
import { errorOf } from "./failure";

test("an answer as documented is let through, with fields that were added later", () => {
  expect(decode("FileSaved", { path: "a.py", etag: '"1"', later: 1 })).toEqual({ path: "a.py", etag: '"1"', later: 1 });
});

test("an answer of another form is refused where it enters", () => {
  expect(() => decode("FileSaved", { path: 1, etag: "" })).toThrow("$.path: number where string was expected");
  expect(misfit(["list", "string"], ["a", null])).toBe("$[1]: null where string was expected");
});

test("a refusal without words still has some", () => {
  expect([errorOf(502, null).message, errorOf(404, { error: { code: "not_found", message: "gone", details: {}, hint: "" } }).message]).toEqual(["The server answered 502 and said no more.", "gone"]);
});
