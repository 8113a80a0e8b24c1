import { type Action, type Diagnostic, forceLinting, forEachDiagnostic, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import type { CodeSource, ErrorMark, Finding } from "./source";

const DELAY_MS = 350;
/** What is longer is checked when it runs. */
const LONGEST = 262_144;

const setMarks = StateEffect.define<readonly ErrorMark[]>();

/** What the last run said of lines; the marks move with the text until the next run. */
const marksField = StateField.define<readonly Diagnostic[]>({
  create: () => [],
  update(marks, change) {
    const moved = change.docChanged
      ? marks.map((mark) => ({ ...mark, from: change.changes.mapPos(mark.from), to: change.changes.mapPos(mark.to) }))
      : marks;
    const [set] = change.effects.filter((effect) => effect.is(setMarks));
    return set === undefined ? moved : set.value.flatMap((mark) => diagnosticOf(mark, change.newDoc));
  },
});

/** Marks of the last run and of the checker, with what mends them. */
export function linting(source: CodeSource): Extension {
  return [
    marksField,
    linter(async (view) => [...view.state.field(marksField), ...(await found(view, source))], {
      delay: DELAY_MS,
      // A run's marks come without a change of the text.
      needsRefresh: (update) => update.transactions.some((one) => one.effects.some((effect) => effect.is(setMarks))),
    }),
    lintGutter(),
    keymap.of([{ key: "Mod-.", run: mendHere }, ...lintKeymap]),
  ];
}

export function showErrors(view: EditorView, errors: readonly ErrorMark[]): void {
  view.dispatch({ effects: setMarks.of(errors) });
  forceLinting(view);
}

async function found(view: EditorView, source: CodeSource): Promise<readonly Diagnostic[]> {
  const { doc } = view.state;
  if (source.language === "markdown" || doc.length === 0 || doc.length > LONGEST) return [];
  try {
    return (await source.lint(doc.toString())).map((finding) => diagnosticFrom(finding, doc));
  } catch {
    // A server that is away is told of elsewhere; the text is checked again after the next key.
    return [];
  }
}

function diagnosticFrom(finding: Finding, doc: Text): Diagnostic {
  const from = Math.min(finding.start, doc.length);
  return {
    from,
    to: Math.min(Math.max(finding.end, from), doc.length),
    severity: finding.severity,
    source: finding.code,
    message: finding.message,
    actions: finding.fix === null ? [] : [actionOf(finding.fix, doc)],
  };
}

function actionOf(fix: NonNullable<Finding["fix"]>, doc: Text): Action {
  return {
    name: fix.is_safe ? fix.title : `${fix.title} (may change what it does)`,
    apply(view) {
      // Its places are those of the text that was checked.
      if (!view.state.doc.eq(doc)) { forceLinting(view); return; }
      view.dispatch({ changes: fix.edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text })), userEvent: "input.fix" });
    },
  };
}

/** Do the first thing that mends something in the cursor's line. */
function mendHere(view: EditorView): boolean {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  const fixes: (() => void)[] = [];
  forEachDiagnostic(view.state, (diagnostic, from, to) => {
    const [action] = diagnostic.actions ?? [];
    if (action !== undefined && to >= line.from && from <= line.to) fixes.push(() => action.apply(view, from, to));
  });
  fixes[0]?.();
  return fixes.length > 0;
}

function diagnosticOf(error: ErrorMark, doc: Text): readonly Diagnostic[] {
  if (error.line < 1 || error.line > doc.lines) return [];
  const line = doc.line(error.line);
  const indent = line.text.length - line.text.trimStart().length;
  return [{ from: line.from + indent, to: line.to, severity: "error", message: error.message }];
}
