"""A run done once more."""

from __future__ import annotations

from dataclasses import replace

from flowstone.model.ids import RunId
from flowstone.model.run import Reuse, RunRecord, RunRequest


def repeated(request: RunRequest, record: RunRecord, *, run: RunId | None = None) -> RunRequest:
    """Return the request that does what a run did: its blocks, params, profile and the moment that it stood for.

    Params are those that it ran with, also where their defaults are others by now. A run of the editor, which would
    find everything fresh, loads and exports again.
    """
    return replace(
        request,
        params=record.params,
        profile=record.profile,
        reuse=Reuse.PURE if request.reuse is Reuse.EDITOR else request.reuse,
        trigger="manual",
        run=run,
    )
