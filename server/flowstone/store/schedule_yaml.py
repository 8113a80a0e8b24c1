"""The part of a pipeline's YAML that says when it runs by itself."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from cronsim import CronSimError

from flowstone.errors.source import WrongType, WrongValue
from flowstone.model.params import checked
from flowstone.model.pipeline import PipelineParam
from flowstone.model.schedule import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    MIN_EVERY_S,
    CatchUp,
    Cron,
    Every,
    Overlap,
    Schedule,
    Timing,
    next_tick,
    zone,
)
from flowstone.store.durations import read_duration
from flowstone.store.literal_secrets import warn_of_secrets
from flowstone.store.yaml_nodes import Mapping, Node, Scalar
from flowstone.store.yaml_values import Reading, did_you_mean

SCHEDULE_KEYS = (
    "cron",
    "timezone",
    "every",
    "catch_up",
    "limit",
    "overlap",
    "params",
    "profile",
    "enabled",
)
CRON_HINT = 'Write five fields: minute, hour, day, month, weekday. "0 6 * * *" is every day at 06:00.'
EVERY_HINT = f"Write it as 15m, 2h or 1d, of whole seconds, {MIN_EVERY_S} at least."
STEP = re.compile(r"/([0-9]{1,9})$")
WIDEST_STEPS = (59, 23, 31, 12, 7)
"""The largest step that means anything, by field."""
SOME_TIME_S = 1_700_000_000
"""Any moment will do to see whether a cron ever comes."""
MAX_CRON = 200

Choice = TypeVar("Choice", bound=StrEnum)


def read_schedule(reading: Reading, node: Node, *, params: tuple[PipelineParam, ...]) -> Schedule | None:
    """Read a `schedule:`, noting what is wrong in it; None when it is not one. `params` are the pipeline's own."""
    found = _mapping(reading, node)
    if found is None:
        return None
    fields = {entry.key.text: entry.value for entry in found.entries}
    timing = _timing(reading, found, fields)
    enabled = fields.get("enabled")
    limit = fields.get("limit")
    profile = fields.get("profile")
    schedule = Schedule(
        timing=timing or Every(MIN_EVERY_S),
        catch_up=_choice(reading, fields.get("catch_up"), "catch_up", CatchUp, CatchUp.LATEST),
        limit=DEFAULT_LIMIT if limit is None else _limit(reading, limit),
        overlap=_choice(reading, fields.get("overlap"), "overlap", Overlap, Overlap.SKIP),
        params=_params(reading, fields.get("params"), params),
        profile=None if profile is None else reading.identifier(profile, "profile"),
        enabled=True if enabled is None else reading.boolean(enabled, "enabled"),
    )
    return schedule if timing is not None else None


def _mapping(reading: Reading, node: Node) -> Mapping | None:
    if isinstance(node, Scalar):
        hint = 'Write `schedule: {cron: "0 6 * * *", timezone: Europe/Berlin}`, or `schedule: {every: 15m}`.'
        reading.wrong(WrongType, "schedule must be a mapping", node, hint=hint)
        return None
    return reading.mapping(node, "schedule", SCHEDULE_KEYS)


def _timing(reading: Reading, found: Mapping, fields: dict[str, Node]) -> Timing | None:
    cron, every, timezone = fields.get("cron"), fields.get("every"), fields.get("timezone")
    if (cron is None) == (every is None):
        what = "has both cron and every" if cron is not None else "says neither cron nor every"
        reading.wrong(WrongValue, f"schedule {what}", cron or found, hint=f"Keep one of the two. {CRON_HINT}")
        return None
    if every is not None:
        if timezone is not None:
            hint = "An interval is the same everywhere: take the timezone out, or write a cron."
            reading.wrong(WrongValue, "timezone goes with cron", timezone, hint=hint)
        return _every(reading, every)
    assert cron is not None
    name = "UTC" if timezone is None else _timezone(reading, timezone)
    return None if name is None else _cron(reading, cron, name)


def _timezone(reading: Reading, node: Node) -> str | None:
    name = reading.text(node, "timezone")
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name or isinstance(node, Scalar):
            near = did_you_mean(name, available_timezones()) if "/" in name else ""
            hint = near or "Write a name such as Europe/Berlin or UTC."
            reading.wrong(WrongValue, f"there is no time zone {name[:60]!r}", node, hint=hint)
        return None
    return name


def _cron(reading: Reading, node: Node, timezone: str) -> Cron | None:
    text = " ".join(reading.text(node, "cron").split())
    if not text:
        if isinstance(node, Scalar):
            reading.wrong(WrongValue, "cron is empty", node, hint=CRON_HINT)
        return None
    why = _why_no_cron(text, timezone)
    if why:
        reading.wrong(WrongValue, f"{text[:60]!r} is no cron that Flowstone knows: {why}", node, hint=CRON_HINT)
        return None
    return Cron(text, timezone)


def _why_no_cron(text: str, timezone: str) -> str:
    """Say what is wrong with an expression, nothing when it is right."""
    fields = text.split()
    if text.startswith("@"):
        return "names such as @daily are not among them"
    if len(fields) != len(WIDEST_STEPS) or len(text) > MAX_CRON:
        return f"it has {len(fields)} fields"
    for field, widest in zip(fields, WIDEST_STEPS, strict=True):
        for term in field.split(","):
            step = STEP.search(term)
            if step is not None and int(step[1]) > widest:
                return f"the step {term} is larger than what it divides"
    try:
        never = next_tick(Cron(text, timezone), SOME_TIME_S) is None
    except CronSimError as wrong:
        return str(wrong).replace("Bad ", "its ") + " makes no sense"
    return "that day never comes" if never else ""


def _every(reading: Reading, node: Node) -> Every | None:
    if not isinstance(node, Scalar):
        reading.wrong(WrongType, "every must be a duration", node, hint=EVERY_HINT)
        return None
    try:
        seconds = read_duration(node.text)
    except ValueError as wrong:
        reading.wrong(WrongValue, str(wrong), node, hint=EVERY_HINT)
        return None
    if seconds < MIN_EVERY_S or seconds != int(seconds):
        reading.wrong(
            WrongValue, f"every {node.text[:40]} is too often, or not in whole seconds", node, hint=EVERY_HINT
        )
        return None
    return Every(int(seconds))


def _choice(reading: Reading, node: Node | None, what: str, kind: type[Choice], default: Choice) -> Choice:
    text = None if node is None else reading.text(node, what)
    known = [str(choice) for choice in kind]
    if node is None or text in known:
        return default if text is None else kind(text)
    if text:
        hint = did_you_mean(text, known) or f"Known: {', '.join(known)}."
        reading.wrong(WrongValue, f"{what} cannot be {text[:60]!r}", node, hint=hint)
    return default


def _limit(reading: Reading, node: Node) -> int:
    found = reading.value(node)
    if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= MAX_LIMIT:
        return found
    hint = "It is how many missed or queued runs are kept at most."
    reading.wrong(WrongValue, f"limit must be a number from 1 to {MAX_LIMIT:,}", node, hint=hint)
    return DEFAULT_LIMIT


def _params(reading: Reading, node: Node | None, known: tuple[PipelineParam, ...]) -> dict[str, Any]:
    by_name = {param.name: param for param in known}
    found = None if node is None else reading.mapping(node, "params", by_name)
    if found is None:
        return {}
    warn_of_secrets(reading, found)
    values = {}
    for entry in found.entries:
        param = by_name.get(entry.key.text)
        if param is not None:
            values[param.name] = _value(reading, param, entry.value)
    return values


def _value(reading: Reading, param: PipelineParam, node: Node) -> Any:
    value, place = reading.value(node), reading.place(node)
    try:
        return checked(param, value, place=place)
    except WrongValue as wrong:
        if not any(error.place == place for error in reading.errors):
            reading.errors.append(wrong)
        return None
