import { LSPPlugin } from "@codemirror/lsp-client";
import type { Extension } from "@codemirror/state";
import { EditorView, getDialog, keymap, showDialog } from "@codemirror/view";
import { moduleName, pathOf } from "../../model/addresses";
import { changesOf, edited, type SpotEdit } from "../../model/text_edits";
import { locationOf, moduleOf, reasonOf, workspaceEdits } from "./answers";
import type { Service } from "./world";

const RENAME_PANEL = "cm-rename-panel";

/** F12 and Ctrl+click go to where a name is made, F2 renames it everywhere. */
export function commandKeys(service: Service): Extension {
  const goTo = (view: EditorView) => {
    void goToDefinition(service, view, view.state.selection.main.head);
    return true;
  };
  return [
    keymap.of([
      { key: "F12", run: goTo, preventDefault: true },
      { key: "F2", run: (view) => askForName(service, view), preventDefault: true },
    ]),
    EditorView.domEventHandlers({
      click(event, view) {
        const at = event.ctrlKey || event.metaKey ? view.posAtCoords(event) : null;
        if (at === null) return false;
        void goToDefinition(service, view, at);
        return true;
      },
    }),
    // Ctrl+click leads somewhere; a further cursor is Alt+click, as in VS Code.
    EditorView.clickAddsSelectionRange.of((event) => event.altKey),
  ];
}

async function goToDefinition(service: Service, view: EditorView, at: number): Promise<void> {
  const plugin = LSPPlugin.get(view);
  if (plugin === null) return;
  service.wake();
  service.client.sync();
  try {
    const asked = { textDocument: { uri: plugin.uri }, position: plugin.toPosition(at) };
    const place = locationOf(await service.client.request("textDocument/definition", asked));
    if (place === null) { service.world.say("Nothing is known of where that is made"); return; }
    if (place.uri === plugin.uri) { goHere(view, plugin.fromPosition(place.start)); return; }
    const path = pathOf(place.uri);
    const line = place.start.line + 1;
    if (path !== null) { service.world.show({ path, line, module: null }); return; }
    const module = moduleOf(await service.client.request("flowstone/module", { uri: place.uri }));
    if (module !== null) service.world.show({ path: moduleName(place.uri), line, module: module.text });
  } catch (failed) {
    service.world.say(reasonOf(failed));
  }
}

function goHere(view: EditorView, at: number): void {
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }), userEvent: "select.definition" });
  view.focus();
}

function askForName(service: Service, view: EditorView): boolean {
  const word = view.state.wordAt(view.state.selection.main.head);
  if (word === null || LSPPlugin.get(view) === null || getDialog(view, RENAME_PANEL) !== null) return word !== null;
  const { result, close } = showDialog(view, {
    label: "New name",
    input: { name: "name", value: view.state.sliceDoc(word.from, word.to), "aria-label": "New name" },
    focus: true,
    submitLabel: "Rename everywhere",
    class: RENAME_PANEL,
    top: true,
  });
  void result.then((form) => {
    view.dispatch({ effects: close });
    view.focus();
    const field = form?.elements.namedItem("name");
    if (field instanceof HTMLInputElement) void rename(service, view, word.from, field.value.trim());
  });
  return true;
}

/** Rename a name in every file of the project that uses it. If it is not the project's own, nothing is changed. */
async function rename(service: Service, view: EditorView, at: number, name: string): Promise<void> {
  const plugin = LSPPlugin.get(view);
  if (plugin === null || name === "") return;
  service.wake();
  service.client.sync();
  const { world } = service;
  try {
    const asked = { textDocument: { uri: plugin.uri }, position: plugin.toPosition(at), newName: name };
    const edits = workspaceEdits(await service.client.request("textDocument/rename", asked));
    if (edits.size === 0) { world.say("There is nothing to rename here"); return; }
    if ([...edits.keys()].some((uri) => pathOf(uri) === null)) { world.say("That name is not the project's own"); return; }
    for (const [uri, changes] of edits) await changeFile(service, uri, changes);
    world.say(edits.size === 1 ? `Renamed to ${name}` : `Renamed to ${name} in ${edits.size} files`);
  } catch (failed) {
    world.say(`Not renamed: ${reasonOf(failed)}`);
  }
}

/** Change a file in its editor, where it can be undone; or its draft, where no editor shows it. */
async function changeFile({ client, world }: Service, uri: string, edits: readonly SpotEdit[]): Promise<void> {
  const shown = client.workspace.getFile(uri)?.getView();
  if (shown != null) { shown.dispatch({ changes: changesOf(shown.state.doc.toString(), edits), userEvent: "rename" }); return; }
  const path = pathOf(uri);
  const text = path === null ? null : await world.textOf(path);
  if (path !== null && text !== null) world.change(path, edited(text, changesOf(text, edits)));
}
