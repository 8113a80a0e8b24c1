import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { copyText } from "./clipboard";
import { notices } from "./notices";

beforeEach(() => {
  vi.useFakeTimers();
  notices.set([]);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const told = () => notices.get().map(({ tone, text }) => [tone, text]);

test("what is copied is told of", async () => {
  const written: string[] = [];
  vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void (await Promise.resolve(), written.push(text)) } });

  expect(await copyText("r1", "The run's id is in the clipboard")).toBe(true);

  expect([written, told()]).toEqual([["r1"], [["plain", "The run's id is in the clipboard"]]]);
});

test("a page without a clipboard, as without HTTPS, says that nothing was copied", async () => {
  vi.stubGlobal("navigator", {});

  expect(await copyText("r1", "done")).toBe(false);

  expect(told()).toEqual([["trouble", "Nothing was copied: the browser keeps the clipboard closed to this page"]]);
});

test("what can still be pasted in this browser is no trouble", async () => {
  vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error("NotAllowed")) } });

  await copyText("blocks:", "Copied load", "Copied load for this browser alone");

  expect(told()).toEqual([["plain", "Copied load for this browser alone: the browser keeps the clipboard closed to this page"]]);
});
