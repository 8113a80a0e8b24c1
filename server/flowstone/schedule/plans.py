"""The schedules and alerts that a project's files ask for, read again only where something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TypeAlias

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
    """What one pipeline's file says. With `is_broken` it cannot be read as it is now, and this is what it said last."""

    schedule: Schedule | None = None
    alerts: Alerts | None = None
    is_broken: bool = False


NOTHING = Plan()
ByPipeline: TypeAlias = Mapping[PipelineId, Plan]


def schedules_of(plans: ByPipeline) -> dict[PipelineId, Schedule]:
    """Return the schedules that are to be kept now; that of a broken file waits."""
    return {
        pipeline: plan.schedule
        for pipeline, plan in plans.items()
        if plan.schedule is not None and plan.schedule.enabled and not plan.is_broken
    }


@dataclass(slots=True)
class Plans:
    """What a project's pipelines say of when they run and who is told.

    It is read in threads while others look at it: `by_pipeline` is never changed, only replaced.
    """

    root: Path
    by_pipeline: ByPipeline = field(default_factory=dict)
    of_project: Alerts | None = None
    _reading: Lock = field(default_factory=Lock, init=False, repr=False)

    def read(self) -> None:
        """Read every pipeline that there is; to be called in a thread."""
        with self._reading:
            self.of_project = self._project_alerts()
            found = pipeline_ids(self.root)
            self.by_pipeline = {pipeline: plan for pipeline in found if (plan := self._plan(pipeline)) is not NOTHING}

    def read_again(self, paths: Collection[str]) -> bool:
        """Read what changed; say whether anything of it may matter here."""
        changed = {path.removeprefix(PIPELINES).removesuffix(".yaml") for path in paths if path.startswith(PIPELINES)}
        is_project = PROJECT_FILE in paths
        with self._reading:
            if is_project:
                self.of_project = self._project_alerts()
            if changed:
                self._read_pipelines({PipelineId(name) for name in changed if is_id(name)})
        return is_project or bool(changed)

    def _read_pipelines(self, changed: Collection[PipelineId]) -> None:
        there = frozenset(pipeline_ids(self.root))
        read = {pipeline: self._plan(pipeline) if pipeline in there else NOTHING for pipeline in changed}
        together = {**self.by_pipeline, **read}
        self.by_pipeline = {pipeline: plan for pipeline, plan in together.items() if plan is not NOTHING}

    def alerts(self, pipeline: PipelineId) -> Alerts:
        """Return who is told of a pipeline: its own word, else the project's."""
        own = self.by_pipeline.get(pipeline, NOTHING).alerts
        return own if own is not None else self.of_project or Alerts()

    def schedules(self) -> Mapping[PipelineId, Schedule]:
        """Return the schedules that are to be kept now."""
        return schedules_of(self.by_pipeline)

    def _project_alerts(self) -> Alerts | None:
        try:
            return load_project(self.root).alerts
        except FlowstoneError:  # in the middle of an edit: what it said before still stands
            return self.of_project

    def _plan(self, pipeline: PipelineId) -> Plan:
        last = self.by_pipeline.get(pipeline, NOTHING)
        try:
            with Beneath(self.root) as beneath:
                file = read_beneath(beneath, pipeline_file(pipeline))
            says_nothing = "schedule" not in file.text and "alerts" not in file.text
            # As most do: they need not be parsed, and one in the middle of an edit is not among them.
            if says_nothing and last is NOTHING:
                return NOTHING
            read = read_pipeline(file.text, pipeline_id=pipeline, file=file.path)
        except (FlowstoneError, OSError):
            return replace(last, is_broken=True)
        if says_nothing:
            return NOTHING
        schedule, alerts = read.pipeline.schedule, read.pipeline.alerts
        if alerts is None and ("alerts",) in read.places:
            alerts = last.alerts
        if schedule is None and ("schedule",) in read.places:
            return Plan(last.schedule, alerts, is_broken=True)
        return Plan(schedule, alerts)
