"""Where a project's blocks run and its outputs lie, as flowstone.yaml says and the environment fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flowstone.errors.base import Place
from flowstone.errors.source import VariableMissing
from flowstone.model.project import Project
from flowstone.store.placeholders import Unset, filled
from flowstone.store.places import checked_address
from flowstone.store.project_yaml import PROJECT_FILE
from flowstone.store.state import StateFolder


@dataclass(frozen=True, slots=True)
class ProjectPlaces:
    """The address of the executor, empty for this machine, and of the artifacts: an absolute path or a URL."""

    executor: str
    artifacts: str


def project_places(project: Project, *, environment: Mapping[str, str], executor: str | None = None) -> ProjectPlaces:
    """Return where a project's blocks run and its outputs lie; an `executor` that was asked for wins.

    Raises: VariableMissing; StoreAddressInvalid.
    """
    root = Path(project.root)
    artifacts = _filled(project.artifacts, "artifacts", environment)
    return ProjectPlaces(
        executor=_filled(project.executor, "executor", environment) if executor is None else executor,
        artifacts=checked_address(artifacts, beneath=root) if artifacts else str(StateFolder(root).artifacts),
    )


def _filled(text: str, key: str, environment: Mapping[str, str]) -> str:
    """Put variables into a text; one that is not set is an error, unless it has a default."""
    try:
        return filled(text, environment).strip()
    except Unset as missing:
        raise VariableMissing(
            f"{key} needs the {missing.kind_word} {missing.name}, which is not set",
            place=Place(PROJECT_FILE),
            hint=f"Set {missing.name} where Flowstone runs, or give it a default: ${{env:{missing.name}:-}}.",
        ) from missing
