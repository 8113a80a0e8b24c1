"""Tells equal writes of one block apart when another came in between: what that overwrote is to be written again."""

from __future__ import annotations

from collections import Counter

from flowstone.model.connections import WriteContext


class Occasions:
    """The writes that this process has made to each target in a run, in order.

    A block that is tried again makes the same writes in the same order, so each gets the same occasion, or a later
    one in a process that has tried before: then it is done again, which changes nothing in the end.
    """

    def __init__(self) -> None:
        self._context: WriteContext | None = None
        self._counts: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, str] = {}

    def of(self, context: WriteContext, target: str, id_: str) -> str:
        """Return what is to be added to a write's name; nothing for its first time."""
        is_again = self._context == context and self._last.get(target) != id_
        times = self._counts[target, id_] + is_again if self._context == context else 1
        return f"_{times}" if times > 1 else ""

    def note(self, context: WriteContext, target: str, id_: str) -> None:
        """Take note that a write is being made."""
        if self._context != context:
            self._context, self._last = context, {}
            self._counts.clear()
        if self._last.get(target) != id_:
            self._counts[target, id_] += 1
            self._last[target] = id_


OCCASIONS = Occasions()
"""Those of this process: a block opens its connections anew for each attempt."""
