import { size } from "../../model/format";
import { nameOf } from "../../model/file_tree";
import type { UploadView } from "../../state/file_desk";
import { Button, IconButton } from "../../ui/Button";
import { useStore } from "../../ui/useStore";
import { useDesk } from "./desk";

/** Files on their way in, and those that did not get there. */
export function Uploads() {
  const { desk } = useDesk();
  const uploads = useStore(desk.uploads);
  if (uploads.length === 0) return null;
  return (
    <ul className="uploads" aria-label="Files on their way in">
      {uploads.map((upload) => (
        <Upload key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function Upload({ upload }: { readonly upload: UploadView }) {
  const { desk } = useDesk();
  const name = nameOf(upload.path);
  return (
    <li className="upload">
      <span className="upload-name" title={upload.path}>
        {name}
      </span>
      {upload.state === "sending" ? (
        <>
          <progress className="upload-bar" value={upload.sentBytes} max={Math.max(1, upload.sizeBytes)} aria-label={`How much of ${name} is in`} />
          <span className="muted">{size(upload.sizeBytes)}</span>
        </>
      ) : (
        <span className="field-problem" role="status">
          {upload.problem}
        </span>
      )}
      {upload.state === "taken" ? <Button onClick={() => desk.replace(upload.id)}>Replace</Button> : null}
      {upload.state === "failed" ? <Button onClick={() => desk.replace(upload.id)}>Try again</Button> : null}
      <IconButton name={`Stop ${name}`} icon="close" onClick={() => desk.stopUpload(upload.id)} />
    </li>
  );
}
