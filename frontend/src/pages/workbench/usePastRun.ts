import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { pipelinePath } from "../../model/route";
import { goTo } from "../../state/navigation";
import { runQuery } from "../../state/queries";
import { useStore } from "../../ui/useStore";
import type { Bench } from "./bench";

/** The run of the past that is shown; a run that is started meanwhile leads back to now. */
export function usePastRun(bench: Bench, run: string | null) {
  const { world, project, pipeline, workbench } = bench;
  const asked = useStore(workbench.asked);
  const isStarting = asked === "starting";
  useEffect(() => {
    if (run !== null && isStarting) goTo(pipelinePath(project, pipeline));
  }, [run, isStarting, project, pipeline]);
  return useQuery({ ...runQuery(world.client, project, run ?? ""), enabled: run !== null, staleTime: 0 });
}
