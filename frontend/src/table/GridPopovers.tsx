import type { Condition, TableLook } from "../model/look_of_table";
import type { SummarySource } from "../state/summaries";
import type { Client } from "../wire/client";
import type { ColumnView, OutputView } from "../wire/schemas";
import { ColumnList } from "./ColumnList";
import { ColumnMenu } from "./ColumnMenu";
import { DownloadDialog } from "./DownloadDialog";
import { ExpressionForm } from "./ExpressionForm";
import { FilterForm, firstCondition } from "./FilterForm";
import type { Opened } from "./GridBar";

interface GridPopoversProps {
  readonly opened: Opened | null;
  readonly about: {
    readonly name: string;
    readonly client: Client;
    readonly project: string;
    readonly output: OutputView;
    readonly shown: readonly ColumnView[];
    readonly summaries: SummarySource;
  };
  readonly look: TableLook;
  readonly problem: string | null;
  readonly onLook: (look: TableLook) => void;
  readonly onOpen: (opened: Opened | null) => void;
  readonly onSelectColumn: (key: string) => void;
}

/** Whatever a grid has open above it. */
export function GridPopovers({ opened, about, look, problem, onLook, onOpen, onSelectColumn }: GridPopoversProps) {
  const { output, shown, summaries } = about;
  const { filter } = look;
  const close = () => onOpen(null);
  const keepConditions = (conditions: readonly Condition[]) => {
    onLook({ ...look, filter: { ...filter, conditions } });
    close();
  };
  switch (opened?.what) {
    case undefined:
      return null;
    case "menu": {
      const column = output.columns.find((one) => one.key === opened.key);
      if (column === undefined) return null;
      return (
        <ColumnMenu
          column={column}
          columns={output.columns}
          look={look}
          at={opened.at}
          onLook={onLook}
          onFilter={() => onOpen({ what: "condition", place: null, at: opened.at, key: column.key })}
          onSelect={() => onSelectColumn(column.key)}
          onClose={close}
        />
      );
    }
    case "condition": {
      const first = output.columns.find((one) => one.key === opened.key) ?? shown.find((one) => !one.is_index) ?? shown[0];
      const known = opened.place === null ? undefined : filter.conditions[opened.place];
      if (first === undefined) return null;
      return (
        <FilterForm
          columns={output.columns}
          condition={known ?? firstCondition(first)}
          at={opened.at}
          isNew={known === undefined}
          summaryOf={(key) => summaries.of(key)}
          onKeep={(kept) => keepConditions(known === undefined ? [...filter.conditions, kept] : filter.conditions.map((one) => (one === known ? kept : one)))}
          onRemove={() => keepConditions(filter.conditions.filter((one) => one !== known))}
          onClose={close}
        />
      );
    }
    case "expression":
      return (
        <ExpressionForm
          expression={filter.expression}
          at={opened.at}
          example={exampleFor(output.columns)}
          problem={filter.expression === "" ? null : problem}
          onKeep={(expression) => {
            onLook({ ...look, filter: { ...filter, expression } });
            close();
          }}
          onClose={close}
        />
      );
    case "columns":
      return <ColumnList columns={output.columns} look={look} at={opened.at} onLook={onLook} onClose={close} />;
    case "download":
      return (
        <DownloadDialog name={about.name} client={about.client} project={about.project} output={output} look={look} columns={shown} onClose={close} />
      );
  }
}

/** A condition on a column that is there, for a person to begin from. */
function exampleFor(columns: readonly ColumnView[]): string {
  const number = columns.find((column) => column.family === "number" && !column.is_index);
  const text = columns.find((column) => column.family === "text");
  const quoted = (column: ColumnView) => (/^[a-z_]\w*$/i.test(column.key) ? column.key : `"${column.key.replaceAll('"', '""')}"`);
  const parts = [number === undefined ? "" : `${quoted(number)} > 100`, text === undefined ? "" : `${quoted(text)} = 'UA'`].filter((part) => part !== "");
  return parts.length === 0 ? "x > 100" : parts.join(" AND ");
}
