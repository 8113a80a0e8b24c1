import type { CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { keywordCompletionSource, PostgreSQL, SQLDialect } from "@codemirror/lang-sql";
import { syntaxTree } from "@codemirror/language";
import type { KnownTable } from "../../model/known_tables";
import type { CodeSource } from "../source";
import { columnOptions } from "./columns";

const MORE_WORDS = "qualify exclude replace pivot unpivot summarize asof positional semi anti sample using list struct map try_cast columns";
const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/;

export const duckDb = SQLDialect.define({ ...PostgreSQL.spec, keywords: `${PostgreSQL.spec.keywords ?? ""} ${MORE_WORDS}` });

const SILENT = new Set(["String", "LineComment", "BlockComment"]);

/** What a SQL block can name: upstream tables, their columns, the block's params; and SQL's own words. */
export function sqlCompletion(source: CodeSource): readonly CompletionSource[] {
  return [(context) => names(context, source), keywordCompletionSource(duckDb, false)];
}

function names(context: CompletionContext, source: CodeSource): CompletionResult | null {
  if (SILENT.has(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
  const param = context.matchBefore(/\$\w*/);
  if (param !== null) return { from: param.from, options: source.params().map((name) => ({ label: `$${name}`, type: "variable", detail: "param" })), validFor: /^\$\w*$/ };
  const text = context.state.doc.toString();
  const tables = source.tables();
  const qualified = context.matchBefore(/[A-Za-z_]\w*\.\w*/);
  if (qualified !== null) {
    const [owner = ""] = qualified.text.split(".");
    const table = tableCalled(owner, text, tables);
    return table === null ? null : { from: qualified.from + owner.length + 1, options: columnsOf([table]), validFor: /^\w*$/ };
  }
  const word = context.matchBefore(/"?\w+/);
  if (word === null && !context.explicit) return null;
  const shown = tables.map((table) => ({ label: table.name, type: "class", detail: `${table.columns.length} columns`, boost: 10 }));
  return { from: word?.from ?? context.pos, options: [...shown, ...columnsOf(readBy(text, tables))], validFor: /^"?\w*$/ };
}

function columnsOf(tables: readonly KnownTable[]) {
  const found = tables.flatMap((table) => table.columns.map((column) => ({ column, table: table.name })));
  return columnOptions(found, (name) => (PLAIN_NAME.test(name) ? name : `"${name.replaceAll('"', '""')}"`));
}

/** The tables that a statement names; all of them while it names none. */
function readBy(text: string, tables: readonly KnownTable[]): readonly KnownTable[] {
  const named = tables.filter((table) => new RegExp(`\\b${table.name}\\b`, "iu").test(text));
  return named.length > 0 ? named : tables;
}

/** The table with a name, or with an alias that the statement gives it. */
function tableCalled(name: string, text: string, tables: readonly KnownTable[]): KnownTable | null {
  const wanted = name.toLowerCase();
  const direct = tables.find((table) => table.name.toLowerCase() === wanted);
  if (direct !== undefined) return direct;
  return tables.find((table) => new RegExp(`\\b${table.name}\\s+(?:as\\s+)?${wanted}\\b`, "iu").test(text)) ?? null;
}
