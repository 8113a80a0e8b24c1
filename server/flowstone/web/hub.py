"""Who is told what: numbered messages by topic, kept for those who come back, and never waiting for anyone slow.

It knows no sockets. A listener is anything that takes a text at once and says no when it cannot.
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from flowstone.errors.web import RequestRefused

MAX_KEPT = 5_000
MAX_KEPT_BYTES = 16 << 20
MAX_TOPICS = 200
"""How many topics one listener may follow."""


class Listener(Protocol):
    """Somebody who is told."""

    def offer(self, text: str) -> None:
        """Take a message to send on, without waiting; one who has too many waiting is dropped by its own doing."""
        ...


class TooManyTopics(RequestRefused):
    """A listener asked for more topics than one may follow."""

    code = "too_many_topics"


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it was sent."""

    seq: int
    topic: str
    text: str


class Hub:
    """Numbers, keeps and hands out messages. All of it happens on the server's loop, so that none gets between."""

    def __init__(self, *, max_kept: int = MAX_KEPT, max_kept_bytes: int = MAX_KEPT_BYTES) -> None:
        self.epoch = secrets.token_hex(8)
        """Names this server's life: numbers of another one mean nothing here."""
        self.seq = 0
        self._max_kept = max_kept
        self._max_kept_bytes = max_kept_bytes
        self._kept: deque[Kept] = deque()
        self._kept_bytes = 0
        self._followers: dict[str, set[Listener]] = {}
        self._topics: dict[Listener, set[str]] = {}

    def publish(self, topic: str, happening: str) -> None:
        """Tell a topic's followers. `happening` is JSON text."""
        self.seq += 1
        text = f'{{"type":"message","seq":{self.seq},"topic":{json.dumps(topic)},"happening":{happening}}}'
        self._keep(Kept(self.seq, topic, text))
        for listener in tuple(self._followers.get(topic, ())):
            listener.offer(text)

    def can_resume(self, epoch: str | None, since: int | None) -> bool:
        """Say whether everything after a number of an epoch is still kept."""
        if epoch != self.epoch or since is None or since > self.seq:
            return False
        return since >= (self._kept[0].seq if self._kept else self.seq + 1) - 1

    def follow(self, listener: Listener, topics: Iterable[str], *, since: int | None = None) -> None:
        """Tell a listener of topics from now on, and of what they had after `since` first. Raises: TooManyTopics."""
        mine = self._topics.setdefault(listener, set())
        fresh = set(topics) - mine
        if len(mine) + len(fresh) > MAX_TOPICS:
            raise TooManyTopics(f"One socket follows {MAX_TOPICS} topics at most")
        mine |= fresh
        for topic in fresh:
            self._followers.setdefault(topic, set()).add(listener)
        if since is not None:
            for kept in [kept for kept in self._kept if kept.seq > since and kept.topic in fresh]:
                listener.offer(kept.text)

    def unfollow(self, listener: Listener, topics: Iterable[str]) -> None:
        """Tell a listener of topics no longer."""
        for topic in set(topics) & self._topics.get(listener, set()):
            self._topics[listener].discard(topic)
            self._followers[topic].discard(listener)
            if not self._followers[topic]:
                del self._followers[topic]

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self.unfollow(listener, tuple(self._topics.get(listener, ())))
        self._topics.pop(listener, None)

    def _keep(self, message: Kept) -> None:
        self._kept.append(message)
        self._kept_bytes += len(message.text)
        while len(self._kept) > self._max_kept or self._kept_bytes > self._max_kept_bytes:
            self._kept_bytes -= len(self._kept.popleft().text)
