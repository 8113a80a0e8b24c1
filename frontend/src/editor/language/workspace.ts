import { LSPPlugin, Workspace, type WorkspaceFile } from "@codemirror/lsp-client";
import { ChangeSet, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

interface OpenFile extends WorkspaceFile {
  readonly views: EditorView[];
}

/** The files that editors show. One file may stand in several: then the one that is typed in counts. */
export class OpenFiles extends Workspace {
  override files: OpenFile[] = [];
  #version = 0;

  override syncFiles() {
    return this.files.flatMap((file) => {
      const view = file.getView();
      const plugin = view === null ? null : LSPPlugin.get(view);
      if (view === null || plugin === null || view.state.doc.eq(file.doc)) return [];
      const prevDoc = file.doc;
      const changes = plugin.unsyncedChanges.length === prevDoc.length ? plugin.unsyncedChanges : whole(prevDoc, view.state.doc);
      file.doc = view.state.doc;
      file.version = this.#version += 1;
      for (const shown of file.views) LSPPlugin.get(shown)?.clear();
      return [{ file, prevDoc, changes }];
    });
  }

  override openFile(uri: string, languageId: string, view: EditorView): void {
    const known = this.files.find((file) => file.uri === uri);
    if (known !== undefined) return void known.views.push(view);
    const views = [view];
    const getView = (main?: EditorView) => (main !== undefined && views.includes(main) ? main : (views.find((one) => one.hasFocus) ?? views[0] ?? null));
    const file: OpenFile = { uri, languageId, version: (this.#version += 1), doc: view.state.doc, views, getView };
    this.files.push(file);
    this.client.didOpen(file);
  }

  override closeFile(uri: string, view: EditorView): void {
    const file = this.files.find((one) => one.uri === uri);
    if (file === undefined) return;
    file.views.splice(file.views.indexOf(view), 1);
    if (file.views.length > 0) return;
    this.files = this.files.filter((one) => one !== file);
    this.client.didClose(uri);
  }

  /** Tell of everything that is open, to a service that knows nothing of it. */
  tellAll(): void {
    this.syncFiles();
    for (const file of this.files) this.client.didOpen(file);
  }
}

const whole = (was: Text, is: Text) => ChangeSet.of({ from: 0, to: was.length, insert: is }, was.length);
