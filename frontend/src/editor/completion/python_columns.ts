import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { KnownTable } from "../../model/known_tables";
import { columnOptions, type Found } from "./columns";

const IDENTIFIER = /^[A-Za-z_]\w*$/;
const BEFORE_DOT = /([A-Za-z_]\w*)\s*\.\s*(\w*)$/;
/** Calls that make one frame of several. */
const JOINS = new Set(["merge", "join", "concat", "merge_asof", "DataFrame", "merge_ordered"]);
const DEEPEST = 12;
const SCOPES = new Set(["FunctionDefinition", "Script", "LambdaExpression"]);

/** Columns of the frames that a block is given: in `trips["…"]`, `trips.…` and in texts that a frame's methods take. */
export function pythonColumns(tables: () => readonly KnownTable[]): CompletionSource {
  return (context) => {
    const found = new Frames(context.state, tables());
    return inString(context, found) ?? afterDot(context, found);
  };
}

function inString(context: CompletionContext, frames: Frames): CompletionResult | null {
  const text = syntaxTree(context.state).resolveInner(context.pos, -1);
  if (text.name !== "String") return null;
  const quote = /^[a-zA-Z]*("""|'''|"|')/.exec(context.state.sliceDoc(text.from, text.to));
  if (quote === null || quote[1] === undefined) return null;
  const from = text.from + quote[0].length;
  const isClosed = text.to - quote[1].length >= from && context.state.sliceDoc(text.to - quote[1].length, text.to) === quote[1];
  const to = isClosed ? text.to - quote[1].length : context.pos;
  if (context.pos < from || context.pos > to) return null;
  const options = columnOptions(frames.named(text), (name) => escaped(name, quote[1] ?? '"'));
  return options.length === 0 ? null : { from, to: isClosed ? to : context.pos, options, validFor: /^[^"'\\\n]*$/ };
}

function afterDot(context: CompletionContext, frames: Frames): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const match = BEFORE_DOT.exec(line.text.slice(0, context.pos - line.from));
  if (match === null || match[1] === undefined || match[2] === undefined) return null;
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  if (node.name === "String" || node.name === "Comment") return null;
  const columns = frames.ofName(match[1], node, 0).filter(({ column }) => IDENTIFIER.test(column.name));
  const options = columnOptions(columns, (name) => name).map((option): Completion => ({ ...option, boost: 60 }));
  return options.length === 0 ? null : { from: context.pos - match[2].length, options, validFor: /^\w*$/ };
}

/** Which columns an expression's frame may have, as far as the code says it without being run. */
class Frames {
  readonly #state: EditorState;
  readonly #tables: ReadonlyMap<string, KnownTable>;

  constructor(state: EditorState, tables: readonly KnownTable[]) {
    this.#state = state;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
  }

  /** The columns that a text may be meant to name: those of the innermost frame that it is used with. */
  named(text: SyntaxNode): readonly Found[] {
    for (let inner = text, outer = text.parent; outer !== null; inner = outer, outer = outer.parent) {
      if (SCOPES.has(outer.name)) return [];
      if (outer.name === "MemberExpression" && outer.firstChild?.from !== inner.from) {
        const found = this.of(outer.firstChild, 0);
        if (found.length > 0) return found;
      }
      if (outer.name === "CallExpression" && inner.name === "ArgList") {
        const callee = outer.firstChild;
        const found = callee?.name === "MemberExpression" ? this.of(callee.firstChild, 0) : [];
        if (found.length > 0) return [...found, ...(JOINS.has(this.#method(callee)) ? this.#arguments(outer, 0) : [])];
        if (this.#method(callee) === "col") return this.#all();
      }
    }
    return [];
  }

  of(expression: SyntaxNode | null, depth: number): readonly Found[] {
    if (expression === null || depth > DEEPEST) return [];
    switch (expression.name) {
      case "VariableName":
        return this.ofName(this.#text(expression), expression, depth + 1);
      case "ParenthesizedExpression":
        return this.of(expression.firstChild?.nextSibling ?? null, depth + 1);
      case "MemberExpression":
        return this.of(expression.firstChild, depth + 1);
      case "CallExpression": {
        const callee = expression.firstChild;
        const own = callee?.name === "MemberExpression" ? this.of(callee.firstChild, depth + 1) : [];
        const method = this.#method(callee);
        const more = JOINS.has(method) ? this.#arguments(expression, depth + 1) : method === "assign" ? this.#assigned(expression) : [];
        return [...own, ...more];
      }
      default:
        return [];
    }
  }

  /** The columns of a variable: a block's argument, or what was last assigned to it above. */
  ofName(name: string, at: SyntaxNode, depth: number): readonly Found[] {
    const made = depth > DEEPEST ? null : this.#assignment(name, scopeOf(at), at.from);
    const table = this.#tables.get(name);
    const own = made === null ? [] : this.of(made.value, depth + 1);
    const given = table === undefined || own.length > 0 ? [] : table.columns.map((column) => ({ column, table: table.block }));
    return [...own, ...given, ...(made?.added ?? [])];
  }

  /** What the last assignment to a name gives it, and the columns that were added to it by `name["…"] = …`. */
  #assignment(name: string, scope: SyntaxNode, before: number): { readonly value: SyntaxNode | null; readonly added: readonly Found[] } {
    let value: SyntaxNode | null = null;
    const added: Found[] = [];
    scope.cursor().iterate((node) => {
      if (node.from >= before) return false;
      if (node.name !== "AssignStatement" || node.to > before) return undefined;
      const target = node.node.firstChild;
      if (target?.name === "VariableName" && this.#text(target) === name) value = node.node.lastChild;
      const text = target?.name === "MemberExpression" ? target.getChild("String") : null;
      if (text !== null && target?.firstChild != null && this.#text(target.firstChild) === name) added.push(created(this.#text(text).slice(1, -1)));
      return undefined;
    });
    return { value, added };
  }

  #method(callee: SyntaxNode | null | undefined): string {
    const name = callee?.name === "MemberExpression" ? callee.getChild("PropertyName") : callee;
    return name == null ? "" : this.#text(name);
  }

  /** The frames among a call's arguments. */
  #arguments(call: SyntaxNode, depth: number): readonly Found[] {
    const found: Found[] = [];
    for (let part = call.getChild("ArgList")?.firstChild ?? null; part !== null; part = part.nextSibling) {
      const items = part.name === "ArrayExpression" ? children(part) : [part];
      for (const item of items) found.push(...this.of(item, depth + 1));
    }
    return found;
  }

  #assigned(call: SyntaxNode): readonly Found[] {
    const list = call.getChild("ArgList");
    return (list === null ? [] : children(list)).flatMap((part) =>
      part.name === "VariableName" && part.nextSibling?.name === "AssignOp" ? [created(this.#text(part))] : [],
    );
  }

  #all(): readonly Found[] {
    return [...this.#tables.values()].flatMap((table) => table.columns.map((column) => ({ column, table: table.block })));
  }

  #text(node: SyntaxNode): string {
    return this.#state.sliceDoc(node.from, node.to);
  }
}

const created = (name: string): Found => ({ column: { name, type: "" }, table: "" });

/** The function around a node, or the whole text. */
function scopeOf(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.name !== "FunctionDefinition" && at.parent !== null) at = at.parent;
  return at;
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let at = node.firstChild; at !== null; at = at.nextSibling) found.push(at);
  return found;
}

function escaped(name: string, quote: string): string {
  return name.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n");
}
