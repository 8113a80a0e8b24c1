"""`charts:` of a block: a list of what is drawn of its outputs, read from and put into the pipeline's YAML."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flowstone.errors.source import WrongValue
from flowstone.model.chart import MAX_CHARTS, Aggregate, Bucket, Chart, Mark
from flowstone.store import yaml_nodes
from flowstone.store.yaml_nodes import Node
from flowstone.store.yaml_scalars import write_text
from flowstone.store.yaml_splice import Splice
from flowstone.store.yaml_values import Reading

CHART_KEYS = ("mark", "x", "y", "colour", "value", "aggregate", "bucket", "title", "output")

Word = TypeVar("Word", bound=StrEnum)


def read_charts(reading: Reading, node: Node | None) -> tuple[Chart, ...]:
    """Return the charts of a block, leaving out those that make no sense."""
    if node is None:
        return ()
    items = reading.sequence(node, "charts")
    if len(items) > MAX_CHARTS:
        reading.wrong(WrongValue, f"charts: at most {MAX_CHARTS} are kept", items[MAX_CHARTS])
    found = [_read_chart(reading, item) for item in items[:MAX_CHARTS]]
    return tuple(chart for chart in found if chart is not None)


def _read_chart(reading: Reading, node: Node) -> Chart | None:
    mapping = reading.mapping(node, "chart", CHART_KEYS)
    if mapping is None:
        return None
    fields = {entry.key.text: entry.value for entry in mapping.entries}
    for key in ("mark", "x"):
        if key not in fields:
            reading.wrong(WrongValue, f"a chart needs `{key}`", node, hint="Such as {mark: bar, x: carrier}.")
            return None
    texts = {
        key: reading.text(fields[key], f"chart {key}") if key in fields else ""
        for key in ("x", "y", "colour", "value", "title", "output")
    }
    return Chart(
        mark=_word(reading, fields["mark"], Mark.BAR, "mark"),
        aggregate=_word(reading, fields.get("aggregate"), Aggregate.COUNT, "aggregate"),
        bucket=_word(reading, fields.get("bucket"), Bucket.AUTO, "bucket"),
        **texts,
    )


def _word(reading: Reading, node: Node | None, default: Word, what: str) -> Word:
    if node is None:
        return default
    text = reading.text(node, f"chart {what}")
    try:
        return type(default)(text)
    except ValueError:
        known = ", ".join(type(default))
        reading.wrong(WrongValue, f"chart: {text[:40]!r} is no {what}", node, hint=f"One of {known}.")
        return default


def charts_text(charts: tuple[Chart, ...]) -> str:
    """Return charts as YAML on one line."""
    return f"[{', '.join(map(_flow, charts))}]"


def splice_charts(
    splice: Splice, node: yaml_nodes.Mapping, was: tuple[Chart, ...], wanted: tuple[Chart, ...]
) -> dict[str, str | None]:
    """Put the charts of a block into its entry, leaving alone those that stay; return what is to be written whole."""
    entry = node.get("charts")
    there = entry.value if entry else None
    if not wanted:
        return {"charts": None}
    if not isinstance(there, yaml_nodes.Sequence) or len(there.items) != len(was) or len(wanted) < len(was):
        return {"charts": charts_text(wanted)}
    changed = [place for place, chart in enumerate(was) if wanted[place] != chart]
    items = [there.items[place] for place in changed]
    if not was or not all(isinstance(item, yaml_nodes.Mapping) and item.entries for item in items):
        return {"charts": charts_text(wanted)}
    for place, item in zip(changed, items, strict=True):
        assert isinstance(item, yaml_nodes.Mapping)
        splice.set_fields(item, _changes(was[place], wanted[place]), order=CHART_KEYS)
    if len(wanted) > len(was):
        splice.append_items(there, [_flow(chart) for chart in wanted[len(was) :]])
    return {}


def _changes(was: Chart, wanted: Chart) -> Mapping[str, str | None]:
    before, after = _fields(was), _fields(wanted)
    return {key: after.get(key) for key in CHART_KEYS if before.get(key) != after.get(key)}


def _fields(chart: Chart) -> dict[str, str]:
    """Return what is said of a chart, as YAML; what is as usual is left out."""
    plain = Chart(chart.mark, "")
    found = {key: getattr(chart, key) for key in CHART_KEYS}
    return {key: write_text(str(each)) for key, each in found.items() if key == "mark" or each != getattr(plain, key)}


def _flow(chart: Chart) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in _fields(chart).items())}}}"
