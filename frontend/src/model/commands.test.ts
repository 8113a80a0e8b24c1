import { expect, test } from "vitest";
import { asked, byGroup, type Command, fit, found, isPressed, keysText, type Press } from "./commands";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
const command = (id: string, more: Partial<Command> = {}): Command => ({ id, title: id, group: "Pipeline", run: () => undefined, ...more });

test("Mod is Ctrl, and the command key of a Mac", () => {
  expect(isPressed(press("k", { ctrlKey: true }), "Mod+K")).toBe(true);
  expect(isPressed(press("K", { metaKey: true }), "Mod+K")).toBe(true);
  expect(isPressed(press("k"), "Mod+K")).toBe(false);
  expect(isPressed(press("z", { ctrlKey: true, shiftKey: true }), "Mod+Z")).toBe(false);
  expect(isPressed(press("Z", { ctrlKey: true, shiftKey: true }), "Mod+Shift+Z")).toBe(true);
});

test("a sign is the same on keyboards that need Shift for it and on those that do not", () => {
  expect(isPressed(press("?", { shiftKey: true }), "?")).toBe(true);
  expect(isPressed(press("?"), "?")).toBe(true);
  expect(isPressed(press("?", { ctrlKey: true }), "?")).toBe(false);
});

test("keys are written as the machine's keyboard has them", () => {
  expect([keysText("Mod+Shift+Z", false), keysText("Mod+Shift+Z", true), keysText("?", false)]).toEqual(["Ctrl Shift Z", "⌘ ⇧ Z", "?"]);
});

test.each([
  ["run ev", "Run everything"],
  ["re", "Run everything"],
  ["dd", "daily_delays"],
  ["ddel", "daily_delays"],
  ["", "anything"],
])("what is typed as %s finds %s", (typed, text) => {
  expect(fit(typed, text)).not.toBeNull();
});

test("letters that are not there, or not in order, find nothing", () => {
  expect(fit("xyz", "Run everything")).toBeNull();
  expect(fit("nur", "Run")).toBeNull();
});

test("a whole word comes before letters that are strewn about", () => {
  const commands = ["Stop the run", "Return later, unseen", "Run"].map((title) => command(title));

  expect(found(commands, "run").map((one) => one.id)).toEqual(["Run", "Stop the run", "Return later, unseen"]);
});

test("without a search the minor ones are left out, and other words find what has another name", () => {
  const commands = [command("Theme: dark", { also: "night appearance" }), command("Go to departures", { isMinor: true })];

  expect(found(commands, "").map((one) => one.id)).toEqual(["Theme: dark"]);
  expect(found(commands, "night").map((one) => one.id)).toEqual(["Theme: dark"]);
  expect(found(commands, "dep").map((one) => one.id)).toEqual(["Go to departures"]);
});

test("in a text only those keys work that say so", () => {
  const commands = [command("add", { keys: ["A"] }), command("palette", { keys: ["Mod+K"], isEverywhere: true })];

  expect(asked(commands, press("a"), false)?.id).toBe("add");
  expect(asked(commands, press("a"), true)).toBeNull();
  expect(asked(commands, press("k", { ctrlKey: true }), true)?.id).toBe("palette");
});

test("the sheet of keys has what has keys, by group", () => {
  const commands = [command("a", { keys: ["A"] }), command("b"), command("c", { keys: ["C"], group: "Anywhere" })];

  expect(byGroup(commands).map(([group, all]) => [group, all.map((one) => one.id)])).toEqual([
    ["Pipeline", ["a"]],
    ["Anywhere", ["c"]],
  ]);
});
