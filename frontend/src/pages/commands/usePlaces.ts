import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Command } from "../../model/commands";
import { moment } from "../../model/format";
import { filesPath, pipelinePath, projectPath, runPath, runsPath } from "../../model/route";
import { runLabel } from "../../model/runs";
import { goTo, route } from "../../state/navigation";
import { projectQuery, projectsQuery } from "../../state/queries";
import type { World } from "../../state/world";
import { useStore } from "../../ui/useStore";
import type { ProjectView } from "../../wire/schemas";

/** Where one can go: the open projects, and the pipelines and last runs of the one that is shown. */
export function usePlaces(world: World): readonly Command[] {
  const shown = useStore(route);
  const here = "project" in shown ? shown.project : null;
  const projects = useQuery({ ...projectsQuery(world.client), staleTime: 10_000 });
  const project = useQuery({ ...projectQuery(world.client, here ?? ""), enabled: here !== null });
  return useMemo(
    () => [
      ...(project.data === undefined ? [] : placesIn(project.data)),
      ...(projects.data ?? []).filter((one) => one.id !== here).map((one) => place(`project ${one.id}`, "Project", one.name, projectPath(one.id))),
    ],
    [projects.data, project.data, here],
  );
}

function placesIn(project: ProjectView): readonly Command[] {
  return [
    place(`project ${project.id}`, "Project", project.name, projectPath(project.id)),
    ...project.pipelines.map((one) => place(`pipeline ${one.id}`, "Pipeline", one.id, pipelinePath(project.id, one.id), one.description)),
    ...project.pipelines.map((one) => ({ ...place(`runs ${one.id}`, "Runs of", one.id, runsPath(project.id, one.id), "history schedule"), isMinor: true })),
    place("files", "Files of", project.name, filesPath(project.id), "tree search git upload"),
    place("runs", "Runs of", "all pipelines", runsPath(project.id, null)),
    ...project.recent_runs.map((run, nth) => ({
      ...place(`run ${run.id}`, "Run", `${run.pipeline}, ${moment(run.started_at).local}, ${runLabel(run.state).toLowerCase()}`, runPath(project.id, run.id), run.id),
      isMinor: nth >= 3,
    })),
  ];
}

function place(id: string, group: string, title: string, path: string, also = ""): Command {
  return { id, group, title, also, run: () => goTo(path) };
}
