/** Something that a person can have done from anywhere: from the palette, by its keys, from the sheet of keys. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** What it belongs to: a heading of the sheet of keys, and a word beside it in the palette. */
  readonly group: string;
  /** As `Mod+Shift+Z`: Mod is Ctrl, and ⌘ on a Mac. */
  readonly keys?: readonly string[];
  /** Words that it is also found by. */
  readonly also?: string;
  /** Where nothing can be done now, why not. */
  readonly because?: string | null;
  /** Whether its keys work in a text, too. */
  readonly isEverywhere?: boolean;
  /** Whether the palette leaves it out until something is searched. */
  readonly isMinor?: boolean;
  readonly run: () => void;
}

/** A key press, as far as keys are told apart. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether a key press is what a text like `Mod+Shift+Z` says. A sign that needs Shift, like `?`, says so by itself. */
export function isPressed(press: Press, keys: string): boolean {
  const parts = keys.split("+");
  const key = (parts.at(-1) ?? "").toLowerCase();
  const wants = (part: string) => parts.includes(part);
  if (press.key.toLowerCase() !== key || wants("Alt") !== press.altKey) return false;
  const isSign = key.length === 1 && key.toUpperCase() === key.toLowerCase();
  return (press.ctrlKey || press.metaKey) === wants("Mod") && (isSign || press.shiftKey === wants("Shift"));
}

const NAMES: Readonly<Record<string, string>> = { Mod: "Ctrl", Enter: "↵" };
const MAC_NAMES: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↵" };

/** Write keys as a person reads them: Ctrl Shift Z, or ⌘ ⇧ Z on a Mac. */
export function keysText(keys: string, isMac: boolean): string {
  return keys
    .split("+")
    .map((part) => (isMac ? MAC_NAMES[part] : NAMES[part]) ?? part)
    .join(" ");
}

/** How well a text answers to what was typed: higher is better, null not at all. The letters must come in order. */
export function fit(typed: string, text: string): number | null {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, " ").trim();
  const low = text.toLowerCase();
  if (wanted === "") return 0;
  const whole = low.indexOf(wanted);
  if (whole >= 0) return 1000 - whole - low.length / 100 + (startsWord(low, whole) ? 200 : 0);
  return scattered(wanted, low);
}

function scattered(wanted: string, low: string): number | null {
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    if (letter === " ") continue;
    const starts = nextStart(low, letter, at + 1);
    const next = starts >= 0 ? starts : low.indexOf(letter, at + 1);
    if (next < 0) return null;
    score += next === at + 1 ? 12 : startsWord(low, next) ? 10 : 1;
    at = next;
  }
  return score - low.length / 100;
}

/** The next place where a letter begins a word. */
function nextStart(low: string, letter: string, from: number): number {
  for (let at = low.indexOf(letter, from); at >= 0; at = low.indexOf(letter, at + 1)) {
    if (at === from || startsWord(low, at)) return at;
  }
  return -1;
}

function startsWord(low: string, at: number): boolean {
  return at === 0 || /[^a-z0-9]/.test(low[at - 1] ?? "");
}

const MOST_FOUND = 60;

/** The commands that answer to what was typed, best first; all that are not minor where nothing was typed. */
export function found(commands: readonly Command[], typed: string): readonly Command[] {
  if (typed.trim() === "") return commands.filter((command) => command.isMinor !== true).slice(0, MOST_FOUND);
  return commands
    .flatMap((command) => {
      const scores = [fit(typed, command.title), fit(typed, `${command.group} ${command.title}`), fit(typed, command.also ?? "")];
      const known = scores.flatMap((score, nth) => (score === null ? [] : [score - 40 * nth]));
      return known.length === 0 ? [] : [{ command, score: Math.max(...known) - (command.isMinor === true ? 5 : 0) }];
    })
    .toSorted((left, right) => right.score - left.score)
    .slice(0, MOST_FOUND)
    .map(({ command }) => command);
}

/** The command that a key press asks for. */
export function asked(commands: readonly Command[], press: Press, isInText: boolean): Command | null {
  const isMeant = (command: Command) => command.keys?.some((keys) => isPressed(press, keys)) === true;
  return commands.find((command) => isMeant(command) && (!isInText || command.isEverywhere === true)) ?? null;
}

/** The commands that have keys, by group, in the order in which the groups come. */
export function byGroup(commands: readonly Command[]): readonly (readonly [string, readonly Command[]])[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    if (command.keys === undefined) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return [...groups];
}
