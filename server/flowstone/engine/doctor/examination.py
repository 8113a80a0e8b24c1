"""Looks at a project, running or not, and changes nothing."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from flowstone.engine.doctor.findings import Checked, Patient
from flowstone.engine.doctor.invariants import INVARIANTS
from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import LedgerUnusable, NotFound
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.ledger.inspection import LedgerInspection
from flowstone.store.lock import holder_of
from flowstone.store.project_files import load_project
from flowstone.store.project_places import project_places
from flowstone.store.project_yaml import PROJECT_FILE
from flowstone.store.state import StateFolder


def examine(root: Path, *, deep: bool = False) -> tuple[Checked, ...]:
    """Check every invariant of the project in a folder; with `deep`, read every stored output again.

    Raises: NotFound, when the folder is no project; OSError.
    """
    root = root.resolve()
    if not (root / PROJECT_FILE).is_file():
        raise NotFound("project", str(root), hint="Name the project with `--project DIR`.")
    state = StateFolder(root)
    ledger, unreadable = _ledger(state.ledger)
    with ledger or contextlib.nullcontext():
        patient = Patient(root, state, _artifacts(root, state), ledger, holder_of(state.lock), deep, unreadable)
        return tuple(Checked(invariant, tuple(invariant.check(patient))) for invariant in INVARIANTS)


def _artifacts(root: Path, state: StateFolder) -> ArtifactStore:
    """Open the artifacts where the project says they lie; where it cannot be read, in its own folder."""
    try:
        return open_artifacts(project_places(load_project(root), environment=os.environ).artifacts)
    except FlowstoneError:
        return ArtifactStore(state.artifacts)


def _ledger(path: Path) -> tuple[LedgerInspection | None, str]:
    if not path.exists():
        return None, ""
    try:
        return LedgerInspection(path), ""
    except LedgerUnusable as wrong:
        return None, wrong.message
