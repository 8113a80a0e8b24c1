import { keysText } from "../model/commands";
import { drawingOf, groupEdit, moveEdit, tidyEdit } from "../model/drawing";
import { added, asOne, blocksOf, removeEdit } from "../model/graph_edits";
import type { Edge } from "../model/graph";
import type { Direction } from "../model/steps";
import type { EditRequest, GroupView, PipelineView, Point } from "../wire/schemas";
import { copyText } from "./clipboard";
import { copiedBlocks, copyBlocks, looksLikeBlocks } from "./copied_blocks";
import { isMac } from "./machine";
import { tell, tellFailure } from "./notices";
import { Rested } from "./rested";
import type { ProjectWorld, World } from "./world";
import type { Workbench } from "./workbench";

export interface Graphed {
  readonly world: World;
  readonly home: ProjectWorld;
  readonly project: string;
  readonly pipeline: string;
  readonly workbench: Workbench;
}

const STEP = 20;
/** Longer than keys take to repeat, shorter than one waits for. */
const NUDGE_REST_MS = 200;
const STEPS: Readonly<Record<Direction, Point>> = { up: { x: 0, y: -STEP }, down: { x: 0, y: STEP }, left: { x: -STEP, y: 0 }, right: { x: STEP, y: 0 } };

/** What can be done to chosen items of the graph: each ends with an edit that undoes as one. */
export class GraphCommands {
  readonly #of: Graphed;
  readonly #nudges = new Rested<Point>(NUDGE_REST_MS);
  /** The items that are being nudged. */
  #nudged = "";

  constructor(of: Graphed) {
    this.#of = of;
  }

  /** Take blocks out of the pipeline, with their files if so wished; what was typed in them is saved first. */
  async remove(view: PipelineView, items: ReadonlySet<string>, isWithFiles: boolean): Promise<void> {
    const blocks = blocksOf(items, view.blocks, view.groups);
    if (isWithFiles) await this.#of.home.drafts.saveAll();
    if (await this.#edit(removeEdit(blocks, isWithFiles))) {
      const what = blocks.length === 1 ? `Removed ${blocks[0] ?? ""}` : `Removed ${blocks.length} blocks`;
      tell(`${what}${isWithFiles ? " and what no other block uses of the files" : ""}. ${keysText("Mod+Z", isMac)} takes it back`);
    }
  }

  disconnect({ upstream, downstream }: Edge): Promise<boolean> {
    return this.#edit({ op: "disconnect", upstream, downstream });
  }

  async copy(view: PipelineView, items: ReadonlySet<string>): Promise<boolean> {
    const blocks = blocksOf(items, view.blocks, view.groups);
    if (blocks.length === 0) return false;
    try {
      await this.#of.home.drafts.saveAll();
      const text = await copyBlocks(this.#of.world.client, this.#of, blocks);
      const what = blocks.length === 1 ? `Copied ${blocks[0] ?? ""}` : `Copied ${blocks.length} blocks`;
      await copyText(text, what, `${what} for this browser alone`);
      return true;
    } catch (failed) {
      tellFailure("Nothing was copied", failed);
      return false;
    }
  }

  /** Put copied blocks in, a text from elsewhere if it is such; answers with the new blocks' names. */
  async paste(view: PipelineView, isSameFiles: boolean, text = ""): Promise<readonly string[]> {
    const known = copiedBlocks();
    const isForeign = looksLikeBlocks(text) && text !== known?.text;
    if (!isForeign && known === null) {
      tell("There is nothing to paste: copy blocks first");
      return [];
    }
    const isHere = !isForeign && known?.project === this.#of.project && known.pipeline === this.#of.pipeline;
    return this.#pasted(view, {
      op: "paste_blocks",
      text: isForeign ? text : (known?.text ?? ""),
      keep_inputs: isHere,
      same_files: isSameFiles,
      spots: {},
    });
  }

  /** Put blocks in a second time, with files of their own; they read what the first ones read. */
  async duplicate(view: PipelineView, items: ReadonlySet<string>): Promise<readonly string[]> {
    const blocks = blocksOf(items, view.blocks, view.groups);
    if (blocks.length === 0) return [];
    const text = await this.#textOf(blocks);
    if (text === null) return [];
    const spots = Object.fromEntries(
      Object.entries(view.layout).flatMap(([id, { x, y }]) => (blocks.includes(id) ? [[id, { x: x + 2 * STEP, y: y + 2 * STEP }]] : [])),
    );
    return this.#pasted(view, { op: "paste_blocks", text, keep_inputs: true, same_files: false, spots });
  }

  draw(group: GroupView, change: Parameters<typeof groupEdit>[1] = {}): Promise<boolean> {
    return this.#edit(groupEdit(group, change));
  }

  ungroup(view: PipelineView, items: ReadonlySet<string>): Promise<boolean> {
    const blocks = new Set(blocksOf(items, view.blocks, view.groups));
    const groups = view.groups.filter((group) => group.blocks.some((block) => blocks.has(block)));
    return this.#edit(asOne(groups.map((group) => ({ op: "remove_group", group: group.id }))));
  }

  /** Move items a step; a key that is held makes one edit, and one step of undo, once it rests. */
  nudge(view: PipelineView, places: ReadonlyMap<string, Point>, items: ReadonlySet<string>, direction: Direction): Promise<boolean> {
    const of = [...items].join("\n");
    if (this.#nudged !== of) this.#nudges.flush();
    this.#nudged = of;
    const { x, y } = STEPS[direction];
    return new Promise((resolve) => {
      this.#nudges.add(
        (before) => ({ x: (before?.x ?? 0) + x, y: (before?.y ?? 0) + y }),
        (by) => resolve(this.#moved(view, places, items, by)),
      );
    });
  }

  #moved(view: PipelineView, places: ReadonlyMap<string, Point>, items: ReadonlySet<string>, by: Point): Promise<boolean> {
    const kept = drawingOf(view).kept;
    const moved = [...items].flatMap((item) => {
      const place = kept.get(item) ?? places.get(item);
      return place === undefined ? [] : [[item, { x: place.x + by.x, y: place.y + by.y }] as const];
    });
    return this.#edit(moveEdit(view.groups, new Map(moved)));
  }

  async tidy(view: PipelineView): Promise<void> {
    const edit = tidyEdit(view);
    if (edit === null) tell("All blocks lie where the layout puts them");
    else await this.#edit(edit);
  }

  async #textOf(blocks: readonly string[]): Promise<string | null> {
    try {
      await this.#of.home.drafts.saveAll();
      return (await this.#of.world.client.fragment(this.#of.project, this.#of.pipeline, blocks)).text;
    } catch (failed) {
      tellFailure("Nothing was duplicated", failed);
      return null;
    }
  }

  async #pasted(view: PipelineView, edit: Extract<EditRequest, { op: "paste_blocks" }>): Promise<readonly string[]> {
    if (!(await this.#edit(edit))) return [];
    const before = view.blocks.map(({ id }) => id);
    return added(before, this.#of.workbench.blockIds());
  }

  async #edit(edit: EditRequest | null): Promise<boolean> {
    return edit !== null && this.#of.workbench.edit(edit);
  }
}
