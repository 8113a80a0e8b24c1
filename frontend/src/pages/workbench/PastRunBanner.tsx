import { useQuery } from "@tanstack/react-query";
import { moment, plural } from "../../model/format";
import { pipelinePath, runPath } from "../../model/route";
import { goTo } from "../../state/navigation";
import { runCodeQuery } from "../../state/queries";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import type { RunView } from "../../wire/schemas";
import { Link } from "../Link";
import { RunState } from "../RunMarks";
import { useBench } from "./bench";

/** Says that what is shown is of a run of the past, and leads back to now. */
export function PastRunBanner({ run }: { readonly run: RunView }) {
  const { world, project, pipeline } = useBench();
  const code = useQuery({ ...runCodeQuery(world.client, project, run.id), enabled: run.snapshot !== "" });
  const changed = code.data?.files.filter((file) => file.change !== "same").length ?? 0;
  return (
    <section className="past-run" aria-label="A run of the past">
      <Icon name="history" />
      <p className="past-words">
        <strong>
          This is what the run of <time title={moment(run.started_at).utc}>{moment(run.started_at).local}</time> left:
        </strong>{" "}
        outputs, logs, checks and receipts. The code is today's
        {changed === 0 ? "." : `; ${plural(changed, "file")} changed since.`}
        {run.has_outputs ? "" : " Its outputs are no longer kept."}
      </p>
      <RunState state={run.state} />
      <Link to={runPath(project, run.id)} className="button">
        The run
      </Link>
      <Button look="primary" onClick={() => goTo(pipelinePath(project, pipeline))}>
        Back to now
      </Button>
    </section>
  );
}
