import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { wordsOf } from "../../state/notices";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Note } from "../../ui/Note";
import type { ConnectionsClient } from "../../wire/connections";
import type { Save } from "./ConnectionDialog";
import { YamlDiff } from "./YamlDiff";

interface RemoveDialogProps {
  readonly client: ConnectionsClient;
  readonly profile: string;
  readonly name: string;
  readonly onSave: Save;
  readonly onClose: () => void;
}

/** Shows what goes with a connection before it goes. */
export function RemoveDialog({ client, profile, name, onSave, onClose }: RemoveDialogProps) {
  const plan = useQuery({ queryKey: ["connection-removal", profile, name], queryFn: () => client.plan({ op: "remove", profile, name }), staleTime: 0, gcTime: 0 });
  const [failed, setFailed] = useState<string | null>(null);
  const wrong = failed ?? (plan.isError ? wordsOf(plan.error) : null);
  const remove = async () => {
    if (plan.data === undefined) return;
    try {
      await onSave(plan.data.etag, plan.data.before, plan.data.after);
      onClose();
    } catch (refused) {
      setFailed(wordsOf(refused));
    }
  };
  return (
    <Dialog title={`Remove ${name}`} onClose={onClose} className="dialog-wide">
      <div className="dialog-body">
        {plan.data === undefined ? null : <YamlDiff before={plan.data.before} after={plan.data.after} />}
        {wrong === null ? null : (
          <Note tone="bad" isLive>
            {wrong}
          </Note>
        )}
      </div>
      <div className="dialog-foot">
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" isDisabled={plan.data === undefined} onClick={() => void remove()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
