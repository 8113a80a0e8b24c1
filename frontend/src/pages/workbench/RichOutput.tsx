import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { parsed } from "../../model/json";
import { described, type RichView, richView, typeName } from "../../model/rich";
import { JsonTree } from "../../table/JsonTree";
import { Note } from "../../ui/Note";
import { Sandbox } from "../../ui/Sandbox";
import type { Client } from "../../wire/client";
import type { OutputView } from "../../wire/schemas";

interface RichOutputProps {
  readonly client: Client;
  readonly project: string;
  readonly output: OutputView;
}

/** A figure, a page, or any other object: what was kept of it to look at. */
export function RichOutput({ client, project, output }: RichOutputProps) {
  const text = useQuery({
    queryKey: ["value", project, output.hash],
    queryFn: () => client.value(project, output.hash),
    staleTime: Infinity,
  });
  const document = useMemo(() => (text.data === undefined ? null : parsed(text.data)), [text.data]);
  if (text.isError) return <Note tone="bad">The output could not be read: {text.error.message}</Note>;
  if (document === null) return <div className="json" aria-busy="true" />;
  if (document.status !== "parsed") return <Note tone="bad">The output could not be read: it is not JSON</Note>;
  return output.kind === "rich" ? <Rich document={document.value} output={output} /> : <Thing document={document.value} name={output.name} />;
}

function Rich({ document, output }: { readonly document: unknown; readonly output: OutputView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const types = output.content_types;
  const type = types.find((one) => one === chosen) ?? types[0] ?? "text/plain";
  const view = richView(document, type);
  return (
    <>
      {types.length > 1 ? (
        <div className="output-names" role="group" aria-label="Shown as">
          {types.map((one) => (
            <button key={one} type="button" aria-pressed={one === type} onClick={() => setChosen(one)}>
              {typeName(one)}
            </button>
          ))}
        </div>
      ) : null}
      {view === null ? <p className="output-none">Nothing was kept to look at.</p> : <View view={view} title={`${typeName(type)} of ${output.name}`} />}
    </>
  );
}

function View({ view, title }: { readonly view: RichView; readonly title: string }) {
  switch (view.status) {
    case "image":
      return (
        <div className="picture" tabIndex={0} role="region" aria-label={title}>
          <img src={view.source} alt={title} />
        </div>
      );
    case "page":
      return <Sandbox html={view.html} title={title} />;
    case "tree":
      return (
        <div className="json" tabIndex={0} role="region" aria-label={title}>
          <JsonTree value={view.value} />
        </div>
      );
    case "text":
      return (
        <div className="json" tabIndex={0} role="region" aria-label={title}>
          <pre>{view.text}</pre>
        </div>
      );
  }
}

function Thing({ document, name }: { readonly document: unknown; readonly name: string }) {
  const { type, shown } = described(document);
  return (
    <div className="json" tabIndex={0} role="region" aria-label={`Object of ${name}`}>
      <div className="json-leaf muted">{type}</div>
      {shown.status === "tree" ? <JsonTree value={shown.value} /> : <pre>{shown.text}</pre>}
    </div>
  );
}
