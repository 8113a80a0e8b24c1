"""Texts are parsed in several threads of a server at once."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

from flowstone.model.parsing import syntax_of

DEEP = (
    "x = "
    + "(" * 60
    + "1"
    + ")" * 60
    + "\n"
    + "\n".join(f"y{n} = [f(a, b={n}) for a in range({n})]" for n in range(300))
)


def test_threads_do_not_disturb_each_others_parsing() -> None:
    """A click while a file is saved must not fail with an error of the parser's own."""
    before = gc.get_threshold()
    gc.set_threshold(10)  # a collection in the middle of a parse is when threads change
    try:
        with ThreadPoolExecutor(8) as threads:
            bodies = list(threads.map(lambda _: len(syntax_of(DEEP).body), range(60)))
    finally:
        gc.set_threshold(*before)

    assert bodies == [301] * 60
