import type { PastOutput } from "../../../model/past_outputs";
import { moment } from "../../../model/format";
import { runPath } from "../../../model/route";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { Moment } from "../../../ui/Moment";
import { Link } from "../../Link";
import "./output.css";

interface PastBannerProps {
  readonly past: PastOutput;
  readonly project: string;
  readonly onBack: () => void;
}

/** Stands above the data of a past run, so that nobody takes it for today's. */
export function PastBanner({ past, project, onBack }: PastBannerProps) {
  return (
    <div className="past-banner" role="status">
      <Icon name="history" />
      <span>
        Output of the <Link to={runPath(project, past.run)}>run of {moment(past.startedAt).local}</Link>, <Moment at={past.startedAt} />
      </span>
      <Button look="quiet" onClick={onBack}>
        Back to current
      </Button>
    </div>
  );
}
