import { type DragEvent, type KeyboardEvent, useState } from "react";
import { moved, swapped } from "../../model/argument_order";
import { connectionOf, takesInputs } from "../../model/graph";
import { fieldText } from "../../model/form";
import { paramNow } from "../../model/settings";
import { Icon } from "../../ui/Icon";
import { useStore } from "../../ui/useStore";
import type { BlockParamView, BlockView, InputView } from "../../wire/schemas";
import { useBench } from "./bench";
import { defaultWord } from "../../model/python_text";

interface ArgumentStripProps {
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
}

const DRAGGED = "application/x-flowstone-upstream";

/** Which upstream feeds which parameter, in order: followed by a click, exchanged by dragging one onto another. */
export function ArgumentStrip({ block, blocks }: ArgumentStripProps) {
  const { workbench } = useBench();
  const unused = block.upstream.filter((id) => !block.inputs.some((input) => input.upstream === id));
  const rows: readonly InputView[] = [...block.inputs, ...unused.map((upstream) => ({ parameter: "", annotation: "", upstream }))];
  const candidates = blocks.filter((one) => one.kind !== "exporter" && one.kind !== "note" && connectionOf(blocks, one.id, block.id) === "possible");
  const rewire = (upstream: readonly string[]) => void workbench.edit({ op: "set_upstream", block: block.id, upstream: [...upstream] });
  const isReader = takesInputs(block);
  if (rows.length === 0 && !isReader && block.params.length === 0) return null;
  return (
    <div className="arguments" role="group" aria-label={`Arguments of ${block.id}`}>
      {rows.map((input, index) => (
        <Argument
          key={`${input.parameter}-${index}`}
          input={input}
          onDrop={(other) => (input.upstream === null ? undefined : rewire(swapped(block.upstream, other, input.upstream)))}
          onMove={(by) => {
            const at = block.upstream.indexOf(input.upstream ?? "");
            rewire(moved(block.upstream, at, at + by));
          }}
          onDisconnect={() =>
            input.upstream === null
              ? undefined
              : void workbench.edit({ op: "disconnect", upstream: input.upstream, downstream: block.id })
          }
        />
      ))}
      {isReader && candidates.length > 0 ? (
        <select
          className="argument-add"
          aria-label={`Add an input to ${block.id}`}
          value=""
          onChange={(event) => void workbench.edit({ op: "connect", upstream: event.target.value, downstream: block.id })}
        >
          <option value="">+ input</option>
          {candidates.map((one) => (
            <option key={one.id} value={one.id}>
              {one.id}
            </option>
          ))}
        </select>
      ) : null}
      {block.params.map((param) => (
        <Param key={param.name} param={param} />
      ))}
    </div>
  );
}

interface ArgumentProps {
  readonly input: InputView;
  readonly onDrop: (upstream: string) => void;
  readonly onMove: (by: number) => void;
  readonly onDisconnect: () => void;
}

function Argument({ input, onDrop, onMove, onDisconnect }: ArgumentProps) {
  const { workbench } = useBench();
  const [isOver, setOver] = useState(false);
  const { upstream, parameter } = input;
  if (upstream === null) {
    return (
      <span className="argument is-missing" title={`Nothing feeds ${parameter} yet: connect a block`}>
        <span className="argument-name">{parameter}</span>
        <Icon name="warning" /> not connected
      </span>
    );
  }
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dragged = event.dataTransfer.getData(DRAGGED);
    if (dragged !== "" && dragged !== upstream) onDrop(dragged);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Delete" || event.key === "Backspace") onDisconnect();
    else if (event.altKey && event.key === "ArrowLeft") onMove(-1);
    else if (event.altKey && event.key === "ArrowRight") onMove(1);
    else return;
    event.preventDefault();
  };
  const follow = () => {
    workbench.select(upstream);
    document.getElementById(`card-${upstream}`)?.scrollIntoView({ block: "start" });
  };
  return (
    <button
      type="button"
      className={isOver ? "argument is-over" : "argument"}
      draggable
      title={`${parameter === "" ? "Input" : parameter}: ${upstream}${input.annotation === "" ? "" : `, as ${input.annotation}`}\nDrag onto another to exchange them; Alt+← and Alt+→ move it, Delete disconnects it`}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, upstream)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onKeyDown={press}
      onClick={follow}
    >
      {parameter === "" || parameter === upstream ? null : (
        <>
          <span className="argument-name">{parameter}</span>
          <span aria-label="from">←</span>
        </>
      )}
      <span className="argument-upstream">{upstream}</span>
    </button>
  );
}

const ORIGINS = { block: "set for this block", pipeline: "the pipeline's param", default: "the default", missing: "no value yet" } as const;

function Param({ param }: { readonly param: BlockParamView }) {
  const { workbench } = useBench();
  const { value, origin } = paramNow(param, useStore(workbench.typed));
  const text = origin === "default" ? defaultWord(param.default_text) : fieldText(value);
  return (
    <span className={`param-chip is-${origin}`} title={`${param.name}: ${param.annotation || param.type}, ${ORIGINS[origin]}`}>
      <span className="argument-name">{param.name}</span> = <span className="param-value">{origin === "missing" ? "?" : text}</span>
    </span>
  );
}
