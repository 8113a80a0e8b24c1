"""How a block is to be run, as its entry in the YAML says it; and the limits of pipelines and projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from flowstone.errors.source import WrongType, WrongValue
from flowstone.model.condition import HINT as WHEN_HINT
from flowstone.model.condition import Condition, read_condition
from flowstone.model.pipeline import Limits
from flowstone.model.rules import MAX_DELAY_S, MEMORY, Backoff, MapOver, OnFailure, Retries
from flowstone.store.durations import HINT as DURATION_HINT
from flowstone.store.durations import read_duration
from flowstone.store.sizes import HINT as SIZE_HINT
from flowstone.store.sizes import read_size
from flowstone.store.yaml_nodes import Entry, Node, Scalar
from flowstone.store.yaml_values import NULL, Reading, did_you_mean

RETRY_KEYS = ("attempts", "delay", "backoff", "max_delay", "jitter", "only_on")
MAP_KEYS = ("over", "as", "by", "rows", "width", "on_failure")
CONCURRENCY = "concurrency"
MAX_ATTEMPTS = 100
MAX_WIDTH = 1_000
MAX_AMOUNT = 1_000_000
MAX_PART_ROWS = 10**12
MAX_CLASSES = 50

Choice = TypeVar("Choice", bound=StrEnum)
Amount = TypeVar("Amount", int, float)


def read_retries(reading: Reading, node: Node | None) -> Retries:
    """Read `retries:`."""
    found = None if node is None else reading.mapping(node, "retries", RETRY_KEYS)
    if found is None:
        return Retries()
    fields = {each.key.text: each.value for each in found.entries}
    return Retries(
        attempts=_attempts(reading, fields["attempts"]) if "attempts" in fields else 1,
        delay_s=duration(reading, fields.get("delay"), "delay", above_zero=False) or 0.0,
        backoff=choice(reading, fields.get("backoff"), "backoff", Backoff.CONSTANT),
        max_delay_s=duration(reading, fields.get("max_delay"), "max_delay", above_zero=True) or MAX_DELAY_S,
        jitter=_share(reading, fields["jitter"], "jitter") if "jitter" in fields else 0.0,
        only_on=_classes(reading, fields.get("only_on")),
    )


def _attempts(reading: Reading, node: Node) -> int:
    hint = "It counts the first try too: 1 is no retry."
    return count(reading, node, "attempts", most=MAX_ATTEMPTS, hint=hint) or 1


def _share(reading: Reading, node: Node, what: str) -> float:
    found = reading.value(node)
    if isinstance(found, int | float) and not isinstance(found, bool) and 0 <= found <= 1:
        return float(found)
    hint = "0.2 moves each delay by up to a fifth, up or down."
    reading.wrong(WrongValue, f"{what} must be a number from 0 to 1", node, hint=hint)
    return 0.0


def _classes(reading: Reading, node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    names = tuple(name for name in reading.texts(node, "only_on") if name)
    for name in names:
        if not all(part.isidentifier() for part in name.split(".")):
            hint = "Name it as an except clause does: ConnectionError, requests.Timeout."
            reading.wrong(WrongValue, f"{name[:60]!r} is no exception class", node, hint=hint)
    if len(names) > MAX_CLASSES:
        reading.wrong(WrongValue, f"only_on has at most {MAX_CLASSES} classes", node)
    return names


def count(reading: Reading, node: Node, what: str, *, most: int, hint: str = "") -> int | None:
    """Read a whole number from 1 on; None when it is none."""
    found = reading.value(node)
    if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= most:
        return found
    reading.wrong(WrongValue, f"{what} must be a number from 1 to {most}", node, hint=hint)
    return None


@dataclass(frozen=True, slots=True)
class _Unit(Generic[Amount]):
    """A sort of amounts that are written with a unit."""

    name: str
    read: Callable[[str], Amount]
    hint: str


DURATION = _Unit("duration", read_duration, DURATION_HINT)
SIZE = _Unit("size", read_size, SIZE_HINT)


def duration(reading: Reading, node: Node | None, what: str, *, above_zero: bool) -> float | None:
    """Read a length of time; None where there is none, or it is wrong. Units: seconds."""
    return _measured(
        reading, node, what, DURATION, instead_of_0=f"Without a {what}, leave it out." if above_zero else ""
    )


def size(reading: Reading, node: Node | None, what: str) -> int | None:
    """Read a size of memory; None where there is none, or it is wrong. Units: bytes."""
    return _measured(reading, node, what, SIZE, instead_of_0=f"Without a limit of {what}, leave it out.")


def _measured(
    reading: Reading, node: Node | None, what: str, unit: _Unit[Amount], *, instead_of_0: str
) -> Amount | None:
    """Read an amount; None where there is none, or it is wrong. It may be 0 where nothing is to be said instead."""
    if node is None or (isinstance(node, Scalar) and node.is_plain and node.text in NULL):
        return None
    if not isinstance(node, Scalar):
        reading.wrong(WrongType, f"{what} must be a {unit.name}", node, hint=unit.hint)
        return None
    try:
        found = unit.read(node.text)
    except ValueError as wrong:
        hint = f"{what} cannot be negative." if node.text.startswith("-") else unit.hint
        reading.wrong(WrongValue, str(wrong), node, hint=hint)
        return None
    if instead_of_0 and found == 0:
        reading.wrong(WrongValue, f"{what} must be more than 0", node, hint=instead_of_0)
        return None
    return found


def choice(reading: Reading, node: Node | None, what: str, default: Choice) -> Choice:
    """Read one of a few words."""
    if node is None:
        return default
    text = reading.text(node, what)
    known = [str(word) for word in type(default)]
    if text in known:
        return type(default)(text)
    if text:
        hint = did_you_mean(text, known)
        reading.wrong(WrongValue, f"{what} cannot be {text[:60]!r}", node, hint=hint)
    return default


def read_when(reading: Reading, node: Node | None, *, upstream: tuple[str, ...]) -> Condition | None:
    """Read `when:`; the upstreams that it asks about must be the block's own."""
    text = "" if node is None else _condition_text(reading, node)
    if node is None or not text:
        return None
    try:
        found = read_condition(text)
    except ValueError as wrong:
        reading.wrong(WrongValue, f"when: {wrong}", node, hint=WHEN_HINT)
        return None
    for name in sorted(found.upstreams - set(upstream)):
        hint = did_you_mean(name, upstream) if upstream else "Connect it first, with `upstream:`."
        reading.wrong(WrongValue, f"when: {name[:64]!r} is no upstream of this block", node, hint=hint)
        return None
    return found


def _condition_text(reading: Reading, node: Node) -> str:
    """Take `when: true` for the text that it is."""
    is_boolean = isinstance(node, Scalar) and node.is_plain and node.text in ("true", "false")
    return node.text if is_boolean and isinstance(node, Scalar) else reading.text(node, "when")


def read_map(reading: Reading, node: Node | None, *, upstream: tuple[str, ...]) -> MapOver | None:
    """Read `map:`."""
    found = None if node is None else reading.mapping(node, "map", MAP_KEYS)
    if node is None or found is None:
        return None
    fields = {each.key.text: each.value for each in found.entries}
    if "over" not in fields:
        reading.wrong(WrongValue, "map does not say over what", node, hint="Write `map: {over: upstream_or_param}`.")
        return None
    over = reading.identifier(fields["over"], "block or param")
    if over is None:
        return None
    is_param = over not in upstream
    _refuse_together(reading, fields, is_param=is_param)
    return MapOver(
        over=over,
        into=(reading.identifier(fields["as"], "param") or "") if "as" in fields else "",
        by=reading.text(fields["by"], "by") if "by" in fields else "",
        rows=count(reading, fields["rows"], "rows", most=MAX_PART_ROWS) if "rows" in fields else None,
        width=count(reading, fields["width"], "width", most=MAX_WIDTH) if "width" in fields else None,
        on_failure=choice(reading, fields.get("on_failure"), "on_failure", OnFailure.CONTINUE),
    )


def _refuse_together(reading: Reading, fields: Mapping[str, Node], *, is_param: bool) -> None:
    if "by" in fields and "rows" in fields:
        reading.wrong(WrongValue, "map has both `by` and `rows`", fields["rows"], hint="Keep one of the two.")
    if "as" in fields and not is_param:
        hint = "An item of an upstream fills the argument that the upstream feeds: leave `as` out."
        reading.wrong(WrongValue, "map: `as` is for params", fields["as"], hint=hint)
    for key in ("by", "rows"):
        if key in fields and is_param:
            hint = "A param's list has items already: leave it out, or name an upstream."
            reading.wrong(WrongValue, f"map: `{key}` is for an upstream's table", fields[key], hint=hint)


def read_amounts(reading: Reading, node: Node | None, what: str) -> dict[str, int]:
    """Read amounts of named resources: counts, and a size for `memory`."""
    found = None if node is None else reading.mapping(node, what)
    if found is None:
        return {}
    amounts = {}
    for entry in found.entries:
        name = reading.identifier(entry.key, "resource")
        amount = None if name is None else _amount(reading, entry, name)
        if name is not None and amount is not None:
            amounts[name] = amount
    return amounts


def read_resources(reading: Reading, node: Node | None, what: str) -> dict[str, int]:
    """Read amounts of named resources where `concurrency`, which is a pipeline's, is none of them."""
    amounts = read_amounts(reading, node, what)
    if CONCURRENCY in amounts and node is not None:
        hint = "It is how many blocks of one run go on at once: write it under a pipeline's `limits`."
        reading.wrong(WrongValue, f"{what} cannot have {CONCURRENCY!r} here", node, hint=hint)
        del amounts[CONCURRENCY]
    return amounts


def _amount(reading: Reading, entry: Entry, name: str) -> int | None:
    if name == MEMORY:
        return size(reading, entry.value, MEMORY)
    return count(reading, entry.value, name, most=MAX_AMOUNT)


def read_limits(reading: Reading, node: Node | None) -> Limits:
    """Read a pipeline's `limits:`: how many blocks run at once, and what they take of named resources."""
    amounts = read_amounts(reading, node, "limits")
    concurrency = amounts.pop(CONCURRENCY, None)
    return Limits(concurrency, amounts)
