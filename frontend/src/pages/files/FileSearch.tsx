import { useEffect, useState } from "react";
import { plural } from "../../model/format";
import { Icon } from "../../ui/Icon";
import { wordsOf } from "../../state/notices";
import type { Schemas } from "../../wire/schemas";
import { useDesk } from "./desk";

type Findings = Schemas["FileFindings"];

type Search =
  | { readonly status: "idle" }
  | { readonly status: "looking"; readonly last: Findings | null }
  | { readonly status: "found"; readonly findings: Findings }
  | { readonly status: "refused"; readonly why: string };

const PAUSE_MS = 200;

/** Search in the names and lines of the project's files; a result opens at its line. */
export function FileSearch() {
  const { desk } = useDesk();
  const [text, setText] = useState("");
  const [isRegex, setRegex] = useState(false);
  const [isExactCase, setExactCase] = useState(false);
  const [search, setSearch] = useState<Search>({ status: "idle" });
  const look = (next: string, regex: boolean, exact: boolean) => {
    setText(next);
    setRegex(regex);
    setExactCase(exact);
    setSearch((now) => (next === "" ? { status: "idle" } : { status: "looking", last: now.status === "found" ? now.findings : null }));
  };
  useEffect(() => {
    if (text === "") return undefined;
    const stopping = new AbortController();
    const ask = async () => {
      try {
        const findings = await desk.files.search({ text, isRegex, isExactCase }, stopping.signal);
        setSearch({ status: "found", findings });
      } catch (failed) {
        if (!stopping.signal.aborted) setSearch({ status: "refused", why: wordsOf(failed) });
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
  }, [desk, text, isRegex, isExactCase]);
  const findings = search.status === "found" ? search.findings : search.status === "looking" ? search.last : null;
  return (
    <div className="search-pane">
      <div className="search-tools">
        <input
          className="input"
          type="search"
          aria-label="Search in files"
          placeholder="Search in files"
          autoFocus
          maxLength={500}
          value={text}
          onChange={(event) => look(event.target.value, isRegex, isExactCase)}
        />
        <button type="button" className="search-switch" aria-pressed={isExactCase} title="Capital letters count" onClick={() => look(text, isRegex, !isExactCase)}>
          Aa<span className="visually-hidden"> Capital letters count</span>
        </button>
        <button type="button" className="search-switch mono" aria-pressed={isRegex} title="A regular expression" onClick={() => look(text, !isRegex, isExactCase)}>
          .*<span className="visually-hidden"> A regular expression</span>
        </button>
      </div>
      <p className="search-word muted" role="status">
        {search.status === "looking" ? "Looking…" : search.status === "found" ? summary(search.findings) : search.status === "idle" ? "Names and contents of all texts." : ""}
      </p>
      {search.status === "refused" ? <p className="field-problem search-word">{search.why}</p> : null}
      <ul className="search-files">
        {findings?.files.map((file) => (
          <li key={file.path}>
            <button type="button" className="search-file" title={file.path} onClick={() => desk.show(file.path)}>
              <Icon name="file" />
              <span className="search-path">{file.path}</span>
              {file.lines.length === 0 ? null : <span className="tab-mark">{file.lines.length}</span>}
            </button>
            {file.lines.map((line) => (
              <button key={line.line} type="button" className="search-line mono" aria-label={`${file.path}, line ${line.line}: ${line.text}`} onClick={() => desk.show(file.path, line.line)}>
                <span className="search-number">{line.line}</span>
                <span className="search-text">
                  {line.text.slice(0, line.start)}
                  <mark>{line.text.slice(line.start, line.end)}</mark>
                  {line.text.slice(line.end)}
                </span>
              </button>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

function summary({ files, is_cut }: Findings): string {
  const lines = files.reduce((sum, file) => sum + file.lines.length, 0);
  if (files.length === 0) return "Nothing found.";
  return `${plural(lines, "line")} in ${plural(files.length, "file")}${is_cut ? ", and more" : ""}`;
}
