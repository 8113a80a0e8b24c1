import { RequestFailed } from "../../wire/failure";
import type { PipelineStatus } from "../../wire/schemas";
import { Note } from "../../ui/Note";
import { Words } from "../../ui/Words";

interface StatusNoteProps {
  readonly status: PipelineStatus | null;
  readonly failed: unknown;
}

/** Why nothing can run as things are chosen: a variable of the profile that is missing, or a param. */
export function StatusNote({ status, failed }: StatusNoteProps) {
  const why = failed instanceof RequestFailed ? { message: failed.message, hint: failed.hint } : (status?.problem ?? null);
  if (why === null) return null;
  return (
    <div className="status-note">
      <Note tone="warn" isLive>
        <strong>Nothing can run yet:</strong> <Words text={`${why.message}. ${why.hint}`} />
      </Note>
    </div>
  );
}
