import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { parsed } from "../../model/json";
import { JsonTree } from "../../table/JsonTree";
import { Note } from "../../ui/Note";
import type { Client } from "../../wire/client";
import type { OutputView } from "../../wire/schemas";

interface JsonOutputProps {
  readonly client: Client;
  readonly project: string;
  readonly output: OutputView;
}

export function JsonOutput({ client, project, output }: JsonOutputProps) {
  const text = useQuery({
    queryKey: ["value", project, output.hash],
    queryFn: () => client.value(project, output.hash),
    staleTime: Infinity,
  });
  const value = useMemo(() => (text.data === undefined ? null : parsed(text.data)), [text.data]);
  if (text.isError) return <Note tone="bad">The value could not be read: {text.error.message}</Note>;
  if (value === null) return <div className="json" aria-busy="true" />;
  return (
    <div className="json" tabIndex={0} role="region" aria-label={`Value of ${output.name}`}>
      {value.status === "parsed" ? <JsonTree value={value.value} /> : <pre>{value.text}</pre>}
    </div>
  );
}
