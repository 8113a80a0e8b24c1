"""Which requests a server is answering, so that it stops between answers and not within one."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable


class Answering:
    """The requests that are being answered, and whether more are taken."""

    def __init__(self) -> None:
        self._going_on: set[Hashable] = set()
        self._are_done = asyncio.Event()
        self._are_done.set()
        self.is_stopping = False

    def began(self, request: Hashable) -> None:
        """Take note of a request whose headers are here."""
        self._going_on.add(request)
        self._are_done.clear()

    def ended(self, request: Hashable) -> None:
        """Take note that a request has its answer, or that nobody waits for it any more."""
        self._going_on.discard(request)
        if not self._going_on:
            self._are_done.set()

    async def stop(self, *, within_s: float) -> None:
        """Take no more requests, and wait a while for the answers to those that came before."""
        self.is_stopping = True
        try:
            async with asyncio.timeout(within_s):
                await self._are_done.wait()
        except TimeoutError:
            return  # they are cut off with their connections, as in a crash
