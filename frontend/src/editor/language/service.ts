import { LSPClient, signatureHelp } from "@codemirror/lsp-client";
import { Compartment, type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { addressOf } from "../../model/addresses";
import { LanguageLink } from "../../state/language_link";
import { cleanHtml } from "./clean_html";
import { commandKeys } from "./commands";
import { hovering } from "./hover";
import { OpenFiles } from "./workspace";
import type { Service, ServiceWorld } from "./world";

const PATIENCE_MS = 25_000;

/** The language service of a project, for all editors of a page. */
export class LanguageService implements Service {
  readonly client: LSPClient;
  readonly world: ServiceWorld;
  readonly #link: LanguageLink;

  constructor(world: ServiceWorld) {
    this.world = world;
    const url = `${location.origin.replace(/^http/u, "ws")}/api/v1/projects/${encodeURIComponent(world.project)}/language`;
    this.client = new LSPClient({
      rootUri: "project:/",
      timeout: PATIENCE_MS,
      workspace: (client) => new OpenFiles(client),
      sanitizeHTML: cleanHtml,
    });
    this.#link = new LanguageLink({ url, key: world.key, onOpen: () => this.#tellAll() });
    this.client.connect(this.#link);
  }

  /** What an editor of a Python file has of the service. It is asked for when somebody comes to the editor. */
  extension(path: string): Extension {
    return [
      this.client.plugin(addressOf(path), "python"),
      hovering(),
      signatures(),
      commandKeys(this),
      EditorView.domEventHandlers({ focus: () => this.#link.wake(), mousemove: () => this.#link.wake() }),
    ];
  }

  wake = (): void => this.#link.wake();

  #tellAll(): void {
    if (this.client.workspace instanceof OpenFiles) this.client.workspace.tellAll();
  }
}

/** What a call takes, while it is typed. Escape puts it away: made anew, it shows nothing until the next bracket. */
function signatures(): Extension {
  const shown = new Compartment();
  const putAway = (view: EditorView) => {
    if (view.dom.querySelector(".cm-lsp-signature-tooltip") === null) return false;
    view.dispatch({ effects: shown.reconfigure([]) });
    view.dispatch({ effects: shown.reconfigure(signatureHelp()) });
    return true;
  };
  return [shown.of(signatureHelp()), Prec.high(keymap.of([{ key: "Escape", run: putAway }]))];
}
