"""The schedules and alerts that a project's files ask for, read again only where something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flowstone.errors.base import FlowstoneError
from flowstone.model.alerts import Alerts
from flowstone.model.ids import PipelineId, is_id
from flowstone.model.schedule import Schedule
from flowstone.store.paths import Beneath
from flowstone.store.pipeline_yaml import read_pipeline
from flowstone.store.project_files import load_project, pipeline_file, pipeline_ids
from flowstone.store.project_yaml import PROJECT_FILE
from flowstone.store.texts import read_beneath

PIPELINES = "pipelines/"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one pipeline's file says. `is_broken` is a file that cannot be read as it is now."""

    schedule: Schedule | None = None
    alerts: Alerts | None = None
    is_broken: bool = False


NOTHING = Plan()


@dataclass(slots=True)
class Plans:
    """What a project's pipelines say of when they run and who is told."""

    root: Path
    by_pipeline: dict[PipelineId, Plan] = field(default_factory=dict)
    of_project: Alerts | None = None

    def read(self) -> None:
        """Read every pipeline that there is; to be called in a thread."""
        self.of_project = self._project_alerts()
        found = pipeline_ids(self.root)
        self.by_pipeline = {pipeline: plan for pipeline in found if (plan := self._plan(pipeline)) is not NOTHING}

    def read_again(self, paths: Collection[str]) -> bool:
        """Read what changed; say whether anything of it may matter here."""
        changed = {path.removeprefix(PIPELINES).removesuffix(".yaml") for path in paths if path.startswith(PIPELINES)}
        is_project = PROJECT_FILE in paths
        if is_project:
            self.of_project = self._project_alerts()
        there = frozenset(pipeline_ids(self.root)) if changed else frozenset()
        for name in filter(is_id, changed):
            pipeline = PipelineId(name)
            plan = self._plan(pipeline) if pipeline in there else NOTHING
            if plan is NOTHING:
                self.by_pipeline.pop(pipeline, None)
            else:
                self.by_pipeline[pipeline] = plan
        return is_project or bool(changed)

    def alerts(self, pipeline: PipelineId) -> Alerts:
        """Return who is told of a pipeline: its own word, else the project's."""
        own = self.by_pipeline.get(pipeline, NOTHING).alerts
        return own if own is not None else self.of_project or Alerts()

    def schedules(self) -> Mapping[PipelineId, Schedule]:
        """Return the schedules that are to be kept."""
        return {
            pipeline: plan.schedule
            for pipeline, plan in self.by_pipeline.items()
            if plan.schedule is not None and plan.schedule.enabled
        }

    def _project_alerts(self) -> Alerts | None:
        try:
            return load_project(self.root).alerts
        except FlowstoneError:  # in the middle of an edit: what it said before still stands
            return self.of_project

    def _plan(self, pipeline: PipelineId) -> Plan:
        try:
            with Beneath(self.root) as beneath:
                file = read_beneath(beneath, pipeline_file(pipeline))
            says_nothing = "schedule" not in file.text and "alerts" not in file.text
            if says_nothing and pipeline not in self.by_pipeline:
                return (
                    NOTHING  # as most do: they need not be parsed, and one in the middle of an edit is not among them
                )
            read = read_pipeline(file.text, pipeline_id=pipeline, file=file.path)
        except (FlowstoneError, OSError):
            return Plan(is_broken=True)
        if says_nothing:
            return NOTHING
        is_broken = read.pipeline.schedule is None and ("schedule",) in read.places
        return Plan(read.pipeline.schedule, read.pipeline.alerts, is_broken=is_broken)
