"""Those who are told of what happens in a project."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from flowstone.engine.notices import BlockChanged, Notice, RunChanged
from flowstone.engine.status_news import StatusNews
from flowstone.model.run import SUCCEEDED


class Listeners:
    """Tells listeners what happens, and afterwards, through `news`, what that may change in how blocks stand."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Notice], None]] = []
        self.news = StatusNews(self.tell)

    def add(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Tell a listener from now on, on the loop; the answer stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, notice: Notice) -> None:
        """Tell all of them."""
        for listener in list(self._listeners):
            # Not called from here: what a listener does wrong must not end the run that tells it something.
            asyncio.get_running_loop().call_soon(listener, notice)
        if isinstance(notice, BlockChanged) and notice.block.state in SUCCEEDED:
            self.news.changed(notice.pipeline)
        elif isinstance(notice, RunChanged):
            self.news.changed(notice.run.pipeline)
