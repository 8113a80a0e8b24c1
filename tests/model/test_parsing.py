"""Texts are parsed in several threads of a server at once."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from flowstone.model.parsing import syntax_of

LINES = [f"y{n} = [f(a, b={n}) for a in range({n})]" for n in range(300)]
DEEP = "\n".join(["x = " + "(" * 60 + "1" + ")" * 60, *LINES])


def _let_others_go_on(*_: object) -> None:
    time.sleep(0)


@pytest.fixture
def threads_that_change_in_mid_parse() -> Iterator[None]:
    """Collect often, and give way at each collection: there a parse in one thread meets one in another."""
    before = gc.get_threshold()
    gc.set_threshold(10)
    gc.callbacks.append(_let_others_go_on)
    yield
    gc.callbacks.remove(_let_others_go_on)
    gc.set_threshold(*before)


@pytest.mark.usefixtures("threads_that_change_in_mid_parse")
def test_threads_do_not_disturb_each_others_parsing() -> None:
    """A click while a file is saved must not fail with an error of the parser's own."""
    with ThreadPoolExecutor(4) as threads:
        bodies = list(threads.map(lambda _: len(syntax_of(DEEP).body), range(16)))

    assert bodies == [301] * 16
