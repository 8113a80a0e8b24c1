"""Variables in files: filled in by one rule, wherever they stand."""

from __future__ import annotations

import pytest

from flowstone.store.placeholders import Unset, filled, variables_in

ENVIRONMENT = {"HERE": "a", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("x-${env:HERE}-y", "x-a-y"),
        ("${env:EMPTY:-b}", "b"),
        ("${env:GONE:-b}", "b"),
        ("${env:GONE:-}", ""),
        ("${env:HERE:-b}${env:HERE}", "aa"),
    ],
)
def test_a_variable_is_put_in_or_its_default(text: str, result: str) -> None:
    """The same file serves a desk and a server."""
    assert filled(text, ENVIRONMENT) == result


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${env:GONE}", "the variable GONE is not set"),
        ("${env:EMPTY}", "the variable EMPTY is not set"),
        ("${secret:HERE}", "the secret HERE is not set"),
    ],
)
def test_one_that_is_empty_counts_as_not_set(text: str, said: str) -> None:
    """A container sets what nobody gave to nothing; a password of no letters is never meant."""
    with pytest.raises(Unset, match=said):
        filled(text, ENVIRONMENT)


def test_the_values_that_a_text_names_are_known() -> None:
    """They are to be hidden."""
    assert variables_in("${env:HERE} ${env:EMPTY:-b} ${env:GONE}", ENVIRONMENT) == {"a"}
