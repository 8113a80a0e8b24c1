"""What an edit would change, before anything is run for good."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from flowstone.model.effect import Outlook
from flowstone.web.wire_types import FailureView, Id, Wire


class EffectQuery(Wire):
    """With which params and profile an edit is tried; defaults if left out."""

    params: Annotated[dict[str, Any], Field(max_length=1_000)] = Field(default_factory=dict)
    profile: Id | None = None


class ColumnEffectView(Wire):
    """A column that would be another: its types, None where it is not there, and how many values it lacks."""

    name: str
    before: str | None
    after: str | None
    missing_before: int | None
    missing_after: int | None


class OutputEffectView(Wire):
    """How an output would differ from what the block gave last; what nobody can tell is None."""

    name: str
    is_same: bool
    rows_before: int | None
    rows_after: int | None
    columns: list[ColumnEffectView]
    added: int | None
    removed: int | None
    changed: int | None


class BlockEffectView(Wire):
    """What would become of a block, and why it was not tried if it was not."""

    id: str
    outlook: Outlook
    why: str
    failure: FailureView | None
    outputs: list[OutputEffectView]


class EffectView(Wire):
    """What an edit would change; of large inputs `sampled` rows were tried. A later question ends the one before."""

    blocks: list[BlockEffectView]
    sampled: int | None
    is_superseded: bool
