"""Groups and layout put into a pipeline's YAML, with just what changed changed."""

from __future__ import annotations

from collections.abc import Sequence

from flowstone.model.drawing import Group, GroupColor, Spot
from flowstone.model.ids import BlockId
from flowstone.model.pipeline import Pipeline
from flowstone.store import yaml_nodes
from flowstone.store.drawing_yaml import GROUP_KEYS
from flowstone.store.yaml_nodes import Entry, Node, Scalar
from flowstone.store.yaml_scalars import write_text, write_value
from flowstone.store.yaml_splice import Splice, flow


def splice_drawing(
    splice: Splice, root: yaml_nodes.Mapping, was: Pipeline, wanted: Pipeline, *, order: Sequence[str]
) -> None:
    """Put the differences in groups and layout into a text. Raises: EditImpossible."""
    if wanted.layout != was.layout:
        _splice_layout(splice, root, was, wanted, order)
    if wanted.groups != was.groups:
        _splice_groups(splice, root, was, wanted, order)


def rename_in_drawing(splice: Splice, root: yaml_nodes.Mapping, was: BlockId, to: BlockId) -> None:
    """Put a block's new name where groups and layout have the old one."""
    for entry in _entries(root.get("layout")):
        if entry.key.text == was:
            splice.rename(entry.key, to)
    for group in _entries(root.get("groups")):
        blocks = group.value.get("blocks") if isinstance(group.value, yaml_nodes.Mapping) else None
        for item in blocks.value.items if blocks and isinstance(blocks.value, yaml_nodes.Sequence) else ():
            if isinstance(item, Scalar) and item.text == was:
                splice.rename(item, to)


def _splice_layout(
    splice: Splice, root: yaml_nodes.Mapping, was: Pipeline, wanted: Pipeline, order: Sequence[str]
) -> None:
    entry = root.get("layout")
    changes: dict[str, str | None] = {block: None for block in was.layout if block not in wanted.layout}
    changes |= {
        write_text(block): _spot(spot) for block, spot in wanted.layout.items() if was.layout.get(block) != spot
    }
    _splice_entries(splice, root, entry, "layout", changes, order, whole=_all_spots(wanted))


def _all_spots(wanted: Pipeline) -> dict[str, str]:
    return {write_text(block): _spot(spot) for block, spot in wanted.layout.items()}


def _splice_groups(
    splice: Splice, root: yaml_nodes.Mapping, was: Pipeline, wanted: Pipeline, order: Sequence[str]
) -> None:
    entry = root.get("groups")
    known = {group.id: group for group in was.groups}
    nodes = {each.key.text: each.value for each in _entries(entry)}
    kept = {group.id for group in wanted.groups}
    changes: dict[str, str | None] = {group.id: None for group in was.groups if group.id not in kept}
    for group in wanted.groups:
        before = known.get(group.id)
        node = nodes.get(group.id)
        if before is None or not isinstance(node, yaml_nodes.Mapping):
            changes[write_text(group.id)] = flow(_fields(group))
        elif before != group:
            _splice_group(splice, node, before, group)
    _splice_entries(
        splice, root, entry, "groups", changes, order, whole={write_text(g.id): flow(_fields(g)) for g in wanted.groups}
    )


def _splice_entries(
    splice: Splice,
    root: yaml_nodes.Mapping,
    entry: Entry | None,
    key: str,
    changes: dict[str, str | None],
    order: Sequence[str],
    *,
    whole: dict[str, str],
) -> None:
    stays = any(changes.get(each.key.text, "") is not None for each in _entries(entry))
    if not whole:
        splice.set_fields(root, {key: None}, order=order)
    elif entry is None or not stays:
        splice.set_root_lines(root, key, whole, order=order)
    elif changes:
        assert isinstance(entry.value, yaml_nodes.Mapping)
        splice.set_fields(entry.value, changes)


def _splice_group(splice: Splice, node: yaml_nodes.Mapping, was: Group, wanted: Group) -> None:
    before, after = _fields(was), _fields(wanted)
    changes: dict[str, str | None] = {
        key: after.get(key) for key in GROUP_KEYS if key != "blocks" and before.get(key) != after.get(key)
    }
    if wanted.blocks != was.blocks:
        changes |= _splice_members(splice, node.get("blocks"), was, wanted)
    if changes:
        splice.set_fields(node, changes, order=GROUP_KEYS)


def _splice_members(splice: Splice, entry: Entry | None, was: Group, wanted: Group) -> dict[str, str | None]:
    there: Node | None = entry.value if entry else None
    kept = [block for block in was.blocks if block in wanted.blocks]
    added = [block for block in wanted.blocks if block not in was.blocks]
    gone = set(was.blocks) - set(wanted.blocks)
    if not isinstance(there, yaml_nodes.Sequence) or not kept or (*kept, *added) != wanted.blocks:
        return {"blocks": write_value(list(wanted.blocks))}
    if added:
        splice.append_items(there, [write_text(block) for block in added])
    if gone:
        splice.remove_items(there, gone)
    return {}


def _fields(group: Group) -> dict[str, str]:
    fields = {
        "title": write_text(group.title) if group.title else None,
        "color": str(group.color) if group.color is not GroupColor.GRAY else None,
        "blocks": write_value(list(group.blocks)),
        "collapsed": "true" if group.is_collapsed else None,
        "at": _spot(group.at) if group.at else None,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _spot(spot: Spot) -> str:
    return f"[{spot.x}, {spot.y}]"


def _entries(entry: Entry | None) -> tuple[Entry, ...]:
    return entry.value.entries if entry and isinstance(entry.value, yaml_nodes.Mapping) else ()
