import type { FileDiff } from "../../model/unified_diff";
import { Empty } from "../../ui/Note";

const SIGNS = { both: " ", added: "+", removed: "−", place: "" } as const;

/** What differs, file by file and line by line; each side by its sign as well as its colour. */
export function DiffView({ files }: { readonly files: readonly FileDiff[] }) {
  if (files.length === 0) return <Empty title="Nothing differs" />;
  return (
    <div className="diff-files" tabIndex={0} role="region" aria-label="Difference">
      {files.map((file) => (
        <section key={file.path} className="diff-file" aria-label={file.path}>
          <h3 className="mono">
            {file.path} {file.what === "changed" ? null : <span className="tab-mark">{file.what}</span>}
          </h3>
          {file.note === "" ? null : <p className="muted diff-note">{file.note}</p>}
          <div className="diff-table mono">
            {file.lines.map((line, index) => (
              <div key={index} className={`diff-row diff-${line.kind}`}>
                <span className="diff-number">{line.before}</span>
                <span className="diff-number">{line.after}</span>
                <span className="diff-text">
                  {SIGNS[line.kind]} {line.text}
                </span>
              </div>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
