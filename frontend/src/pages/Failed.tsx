import { RequestFailed } from "../wire/failure";
import { Button } from "../ui/Button";
import { Empty } from "../ui/Note";
import { Link } from "./Link";
import { Words } from "../ui/Words";

interface FailedProps {
  readonly title: string;
  readonly failed: Error;
  readonly onRetry: () => void;
}

/** A page that could not be read: what happened, and what to do next. */
export function Failed({ title, failed, onRetry }: FailedProps) {
  return (
    <main className="plain-page">
      <div role="alert">
        <Empty title={title}>
          <p>{failed.message}</p>
          {failed instanceof RequestFailed && failed.hint !== "" ? <p className="muted"><Words text={failed.hint} /></p> : null}
          <p className="row-of-buttons">
            <Button onClick={onRetry}>Try again</Button>
            <Link to="/">All projects</Link>
          </p>
        </Empty>
      </div>
    </main>
  );
}
