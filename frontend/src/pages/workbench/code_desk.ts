import type { CodeSource } from "../../editor/source";
import type { LanguageService } from "../../editor/language/service";
import type { ShownPlace } from "../../editor/language/world";
import { argumentTables, type KnownTable, sqlTables } from "../../model/known_tables";
import { tell } from "../../state/notices";
import { keys } from "../../state/queries";
import { sessionKey } from "../../state/session";
import { Store } from "../../state/store";
import type { ProjectWorld, World } from "../../state/world";
import type { BlockView, PipelineStatus, PipelineView } from "../../wire/schemas";
import type { Bench } from "./bench";

interface SourceOptions {
  readonly language: CodeSource["language"];
  /** The block's id; null for a file that is none. */
  readonly block: string | null;
  readonly engine?: string;
}

const desks = new WeakMap<ProjectWorld, CodeDesk>();

/** The page on which editors stand now. */
export interface CodePage {
  /** The pipeline that is shown; null where none is. */
  readonly bench: Bench | null;
  /** Show a line of a file of the project; false where the page cannot. */
  readonly goTo: (path: string, line: number) => boolean;
}

/** What the editors of a project share: the language service, and the file that was opened beside them. */
export class CodeDesk {
  readonly opened = new Store<ShownPlace | null>(null);
  readonly home: ProjectWorld;
  readonly #world: World;
  #page: CodePage = { bench: null, goTo: () => false };
  #service: Promise<LanguageService> | null = null;

  private constructor(world: World, home: ProjectWorld) {
    this.#world = world;
    this.home = home;
  }

  static of(world: World, home: ProjectWorld): CodeDesk {
    const known = desks.get(home) ?? new CodeDesk(world, home);
    desks.set(home, known);
    return known;
  }

  /** Another page is shown now. */
  enter(page: CodePage): () => void {
    this.#page = page;
    return () => this.opened.set(null);
  }

  /** What the editor of a file knows; that of a block also which tables and params its code can name. */
  source(file: string, { language, block, engine = "duckdb" }: SourceOptions): CodeSource {
    const project = this.home.id;
    const { client } = this.#world;
    return {
      project,
      path: file,
      language,
      lint: (text) => client.lint(project, { path: file, text, engine }),
      format: (text) => client.format(project, { path: file, text, engine }),
      tables: () => this.#tables(block),
      params: () => this.#block(block)?.params.map((param) => param.name) ?? [],
      service: () => (this.#service ??= this.#open()),
      say: tell,
    };
  }

  #block(id: string | null): BlockView | undefined {
    return this.#blocks().find((block) => block.id === id);
  }

  #blocks(): readonly BlockView[] {
    return this.#page.bench === null ? [] : blocksOf(this.#page.bench);
  }

  #tables(id: string | null): readonly KnownTable[] {
    const block = this.#block(id);
    const workbench = this.#page.bench?.workbench;
    if (block === undefined || workbench === undefined) return [];
    const status = this.#world.queries.getQueryData<PipelineStatus>(workbench.statusQuery(workbench.look.get()).queryKey) ?? null;
    return block.language === "sql" ? sqlTables(block, status) : argumentTables(block, status);
  }

  async #open(): Promise<LanguageService> {
    const { LanguageService } = await import("../../editor/language/service");
    const { drafts } = this.home;
    return new LanguageService({
      project: this.home.id,
      key: sessionKey,
      show: (place) => this.#show(place),
      textOf: (path) => drafts.open(path).loaded(),
      change: (path, text) => drafts.open(path).type(text),
      say: tell,
    });
  }

  #show(place: ShownPlace): void {
    const isShown = place.module === null && this.#page.goTo(place.path, place.line);
    this.opened.set(isShown ? null : place);
  }
}

/** Where a line of a file is shown on a pipeline's page: in the block that has it then. The page stays the same one while its blocks change. */
export function pageOf(bench: Bench): CodePage {
  const goTo = (path: string, line: number) => {
    const block = blocksOf(bench).find((one) => one.file === path);
    if (block !== undefined) bench.workbench.goTo({ block: block.id, line });
    return block !== undefined;
  };
  return { bench, goTo };
}

function blocksOf({ world, project, pipeline }: Bench): readonly BlockView[] {
  return world.queries.getQueryData<PipelineView>(keys.pipeline(project, pipeline))?.blocks ?? [];
}
