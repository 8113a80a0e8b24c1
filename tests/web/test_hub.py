"""The hub: numbers, topics, and how much it keeps for those who come back."""

from __future__ import annotations

import json

import pytest

from flowstone.web.hub import MAX_TOPICS, Hub, TooManyTopics


class Ear:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def offer(self, text: str) -> None:
        self.heard.append(json.loads(text)["seq"])


def test_messages_count_up_by_one_over_all_topics() -> None:
    """A gap in a follower's numbers is other people's topics, never a loss."""
    hub, ear = Hub(), Ear()
    hub.follow(ear, ["a"])

    for topic in "abab":
        hub.publish(topic, "{}")

    assert (ear.heard, hub.seq) == ([1, 3], 4)


def test_what_was_missed_is_replayed_in_order_for_the_topics_asked_for() -> None:
    """A client that reconnects with its last number misses nothing."""
    hub, ear = Hub(), Ear()
    for topic in "aabba":
        hub.publish(topic, "{}")

    hub.follow(ear, ["a"], since=1)
    hub.publish("a", "{}")

    assert ear.heard == [2, 5, 6]


@pytest.mark.parametrize(("since", "can"), [(0, False), (1, False), (2, True), (5, True), (6, False), (None, False)])
def test_one_may_resume_while_everything_since_is_kept(since: int | None, can: bool) -> None:
    """The bound is exact: from one message earlier something would be missing."""
    hub = Hub(max_kept=3)
    for _ in range(5):
        hub.publish("a", "{}")

    assert hub.can_resume(hub.epoch, since) is can
    assert not hub.can_resume("another", since)


def test_an_epoch_in_which_nothing_happened_can_be_resumed() -> None:
    """A client that reconnects to a quiet server need not fetch everything again."""
    hub = Hub()

    assert hub.can_resume(hub.epoch, 0)


def test_what_is_kept_is_bounded_in_bytes_too() -> None:
    """A thousand long messages must not be a gigabyte."""
    hub = Hub(max_kept_bytes=1_000)
    for _ in range(50):
        hub.publish("a", json.dumps({"text": "x" * 200}))

    assert not hub.can_resume(hub.epoch, 40)
    assert hub.can_resume(hub.epoch, 48)


def test_one_who_leaves_is_forgotten() -> None:
    """A server that runs for months must not remember every tab."""
    hub, ear = Hub(), Ear()
    hub.follow(ear, ["a", "b"])

    hub.leave(ear)
    hub.publish("a", "{}")

    assert (ear.heard, hub._followers, hub._topics) == ([], {}, {})


def test_topics_have_a_bound_that_refuses_all_of_a_request() -> None:
    """Half of a request that was refused would be a surprise."""
    hub, ear = Hub(), Ear()
    hub.follow(ear, [f"t{number}" for number in range(MAX_TOPICS)])
    hub.follow(ear, ["t0"])

    with pytest.raises(TooManyTopics):
        hub.follow(ear, ["t0", "new"])
    hub.publish("new", "{}")

    assert ear.heard == []


def test_a_thousand_listeners_are_told_at_once() -> None:
    """Handing a message out is one loop over those who follow its topic, and encodes it once."""
    hub, ears = Hub(), [Ear() for _ in range(1_000)]
    for ear in ears:
        hub.follow(ear, ["a"])

    hub.publish("a", "{}")

    assert all(ear.heard == [1] for ear in ears)
