"""Looks at a project, running or not, and changes nothing."""

from __future__ import annotations

import contextlib
from pathlib import Path

from flowstone.engine.doctor.findings import Checked, Patient
from flowstone.engine.doctor.invariants import INVARIANTS
from flowstone.errors.store import LedgerUnusable, NotFound
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.ledger.inspection import LedgerInspection
from flowstone.store.lock import holder_of
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
        patient = Patient(root, state, ArtifactStore(state.artifacts), ledger, holder_of(state.lock), deep, unreadable)
        return tuple(Checked(invariant, tuple(invariant.check(patient))) for invariant in INVARIANTS)


def _ledger(path: Path) -> tuple[LedgerInspection | None, str]:
    if not path.exists():
        return None, ""
    try:
        return LedgerInspection(path), ""
    except LedgerUnusable as wrong:
        return None, wrong.message
