import { useState } from "react";
import { tellFailure } from "../state/notices";
import { saveAs } from "../state/saving";
import type { World } from "../state/world";
import { Button, IconButton } from "../ui/Button";

interface ExportNotebookProps {
  readonly world: World;
  readonly project: string;
  readonly pipeline: string;
  /** As it was in this run; null is as it is now. */
  readonly run: string | null;
  readonly profile: string | null;
  readonly isSmall?: boolean;
}

const TITLE = "Download as a Jupyter notebook, with what the blocks gave";

/** Saves a pipeline, or one of its runs, as a notebook that computes the same. */
export function ExportNotebook({ world, project, pipeline, run, profile, isSmall = false }: ExportNotebookProps) {
  const [isMaking, setIsMaking] = useState(false);
  const save = async () => {
    setIsMaking(true);
    try {
      const text = await world.client.notebook(project, pipeline, run, profile);
      saveAs(`${run === null ? pipeline : `${pipeline}-${run}`}.ipynb`, text);
    } catch (failed) {
      tellFailure("The notebook could not be made", failed);
    } finally {
      setIsMaking(false);
    }
  };
  if (isSmall) return <IconButton name="Download as notebook" icon="download" title={TITLE} isDisabled={isMaking} onClick={() => void save()} />;
  return (
    <Button icon="download" title={TITLE} isDisabled={isMaking} onClick={() => void save()}>
      {isMaking ? "Making the notebook…" : "Notebook"}
    </Button>
  );
}
