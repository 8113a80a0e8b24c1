"""What processes that are gone have left half written in a project, cleared away when it is opened."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from flowstone.disk.leftovers import clear_abandoned_drafts
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.drafts import is_writer_running
from flowstone.store.state import StateFolder


def clear_leftovers(state: StateFolder, artifacts: ArtifactStore, *, everywhere: bool) -> None:
    """Remove abandoned drafts of outputs and snapshots; `everywhere` in the project, those of its files, too."""
    artifacts.drop_abandoned_drafts()
    for draft in abandoned_snapshots(state.snapshots):
        shutil.rmtree(draft, ignore_errors=True)
    if everywhere:
        clear_abandoned_drafts(state.root)


def abandoned_snapshots(snapshots: Path) -> Iterator[Path]:
    """Give the copies of code that nobody makes any more."""
    return (draft for draft in snapshots.glob("draft-*-*") if not is_writer_running(draft.name.split("-")[1]))
