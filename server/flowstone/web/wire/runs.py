"""What travels of a run beyond its blocks: its code, and doing it once more."""

from __future__ import annotations

from typing import Literal

from flowstone.model.block import BlockKind
from flowstone.web.wire_types import RunKey, Wire


class RunAgain(Wire):
    """Do what a run did once more, under an id of the caller's choosing; asking twice starts one run."""

    run: RunKey | None = None


class CodeFile(Wire):
    """A file of a run's code, and what has become of it since."""

    path: str
    change: Literal["same", "changed", "gone", "new"]


class WiredBlock(Wire):
    """A block of a run's pipeline and what it read, as it was then."""

    id: str
    kind: BlockKind
    file: str
    upstream: list[str]


class RunCode(Wire):
    """The code that a run used. `is_kept` is false where its copy is gone; nothing can then be said of it."""

    is_kept: bool
    files: list[CodeFile]
    truncated: bool
    blocks: list[WiredBlock]
    """The pipeline's; empty where it could not be read."""


class CodeThenAndNow(Wire):
    """A file as it was in a run and as it is today; None where there is none."""

    path: str
    then: str | None
    now: str | None
