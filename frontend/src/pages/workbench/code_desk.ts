import type { CodeSource } from "../../editor/source";
import type { LanguageService } from "../../editor/language/service";
import type { ShownPlace } from "../../editor/language/world";
import { argumentTables, type KnownTable, sqlTables } from "../../model/known_tables";
import { tell } from "../../state/notices";
import { keys } from "../../state/queries";
import { sessionKey } from "../../state/session";
import { Store } from "../../state/store";
import type { ProjectWorld } from "../../state/world";
import type { BlockView, PipelineStatus, PipelineView } from "../../wire/schemas";
import type { Bench } from "./bench";

interface SourceOptions {
  readonly language: CodeSource["language"];
  /** The block's id; null for a file that is none. */
  readonly block: string | null;
  readonly engine?: string;
}

const desks = new WeakMap<ProjectWorld, CodeDesk>();

/** What the editors of a project share: the language service, and the file that was opened beside them. */
export class CodeDesk {
  readonly opened = new Store<ShownPlace | null>(null);
  #bench: Bench;
  #service: Promise<LanguageService> | null = null;

  private constructor(bench: Bench) {
    this.#bench = bench;
  }

  static of(bench: Bench): CodeDesk {
    const known = desks.get(bench.home) ?? new CodeDesk(bench);
    desks.set(bench.home, known);
    return known;
  }

  /** Another pipeline page is shown now: going to a definition goes to its blocks. */
  enter(bench: Bench): () => void {
    this.#bench = bench;
    return () => this.opened.set(null);
  }

  /** What the editor of a file knows; that of a block also which tables and params its code can name. */
  source(file: string, { language, block, engine = "duckdb" }: SourceOptions): CodeSource {
    const { project, world } = this.#bench;
    return {
      project,
      path: file,
      language,
      lint: (text) => world.client.lint(project, { path: file, text, engine }),
      format: (text) => world.client.format(project, { path: file, text, engine }),
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
    const { world, project, pipeline } = this.#bench;
    return world.queries.getQueryData<PipelineView>(keys.pipeline(project, pipeline))?.blocks ?? [];
  }

  #tables(id: string | null): readonly KnownTable[] {
    const { workbench, world } = this.#bench;
    const block = this.#block(id);
    if (block === undefined) return [];
    const status = world.queries.getQueryData<PipelineStatus>(workbench.statusQuery(workbench.look.get()).queryKey) ?? null;
    return block.language === "sql" ? sqlTables(block, status) : argumentTables(block, status);
  }

  async #open(): Promise<LanguageService> {
    const { LanguageService } = await import("../../editor/language/service");
    const { drafts } = this.#bench.home;
    return new LanguageService({
      project: this.#bench.project,
      key: sessionKey,
      show: (place) => this.#show(place),
      textOf: (path) => drafts.open(path).loaded(),
      change: (path, text) => drafts.open(path).type(text),
      say: tell,
    });
  }

  #show(place: ShownPlace): void {
    const block = place.module === null ? this.#blocks().find((one) => one.file === place.path) : undefined;
    if (block === undefined) return this.opened.set(place);
    this.opened.set(null);
    this.#bench.workbench.goTo({ block: block.id, line: place.line });
  }
}
