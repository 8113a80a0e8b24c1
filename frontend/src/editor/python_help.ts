import { autocompletion } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { pythonColumns } from "./completion/python_columns";
import { serverCompletion } from "./language/completion";
import type { LanguageService } from "./language/service";
import type { CodeSource } from "./source";

/** What helps to write Python: the language service, and the columns of what the block is given. */
export function pythonHelp(service: LanguageService, source: CodeSource): Extension {
  return [autocompletion({ override: [pythonColumns(source.tables), serverCompletion(service)] }), service.extension(source.path)];
}
