"""`groups:` and `layout:` of a pipeline: how it is drawn. What they get wrong about blocks is only a warning."""

from __future__ import annotations

from collections.abc import Collection

from flowstone.errors.source import WrongType, WrongValue
from flowstone.model.drawing import MAX_COORDINATE, MAX_TITLE, Group, GroupColor, Spot
from flowstone.model.ids import BlockId
from flowstone.store.rules_yaml import choice
from flowstone.store.yaml_nodes import Entry, Node, Scalar
from flowstone.store.yaml_values import Reading, did_you_mean

GROUP_KEYS = ("title", "color", "blocks", "collapsed", "at")


def read_layout(reading: Reading, entry: Entry | None, *, blocks: Collection[str]) -> dict[BlockId, Spot]:
    """Read where people put blocks."""
    found = None if entry is None else reading.mapping(entry.value, "layout")
    layout = {}
    for each in found.entries if found else ():
        if each.key.text not in blocks:
            _warn_of_stranger(reading, each.key, each.key.text, "layout", blocks)
            continue
        spot = _spot(reading, each.value)
        if spot is not None:
            layout[BlockId(each.key.text)] = spot
    return layout


def read_groups(reading: Reading, entry: Entry | None, *, blocks: Collection[str]) -> tuple[Group, ...]:
    """Read the groups, each block in the first that names it; those without blocks are left out."""
    found = None if entry is None else reading.mapping(entry.value, "groups")
    taken: set[str] = set()
    groups = [_group(reading, each, blocks, taken) for each in (found.entries if found else ())]
    return tuple(group for group in groups if group is not None)


def _group(reading: Reading, entry: Entry, blocks: Collection[str], taken: set[str]) -> Group | None:
    found_id = reading.identifier(entry.key, "group")
    found = reading.mapping(entry.value, f"group {entry.key.text[:64]}", GROUP_KEYS)
    if found is None or found_id is None:
        return None
    fields = {each.key.text: each.value for each in found.entries}
    members = _members(reading, fields.get("blocks"), blocks, taken)
    title = reading.text(fields["title"], "title") if "title" in fields else ""
    if len(title) > MAX_TITLE or not title.isprintable():
        reading.wrong(WrongValue, f"a group's title has at most {MAX_TITLE} characters, on one line", fields["title"])
    if not members:
        reading.warn("empty_group", f"group {found_id} has no blocks", entry.key, hint="Take it out.")
        return None
    return Group(
        id=found_id,
        blocks=members,
        title=title,
        color=choice(reading, fields.get("color"), "color", GroupColor.GRAY),
        is_collapsed=reading.boolean(fields["collapsed"], "collapsed") if "collapsed" in fields else False,
        at=_spot(reading, fields["at"]) if "at" in fields else None,
    )


def _members(reading: Reading, node: Node | None, blocks: Collection[str], taken: set[str]) -> tuple[BlockId, ...]:
    members = []
    for item in reading.sequence(node, "blocks") if node else ():
        found = reading.identifier(item, "block")
        if found is None:
            continue
        if found not in blocks:
            _warn_of_stranger(reading, item, found, "the group", blocks)
        elif found in taken:
            reading.warn("block_in_two_groups", f"{found} is in a group already", item, hint="Keep it in one.")
        else:
            taken.add(found)
            members.append(BlockId(found))
    return tuple(members)


def _warn_of_stranger(reading: Reading, node: Node, name: str, what: str, blocks: Collection[str]) -> None:
    hint = did_you_mean(name, blocks) or "Take it out."
    reading.warn("unknown_block", f"{what} names {name[:64]!r}, and there is no such block", node, hint=hint)


def _spot(reading: Reading, node: Node) -> Spot | None:
    items = reading.sequence(node, "a place")
    numbers = [reading.value(item) for item in items if isinstance(item, Scalar)]
    whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    if len(whole) != len(items) or len(whole) != len(("x", "y")):
        reading.wrong(WrongType, "a place is two whole numbers", node, hint="Write it as [x, y].")
        return None
    if max(map(abs, whole)) > MAX_COORDINATE:
        reading.wrong(WrongValue, f"a place is at most {MAX_COORDINATE:,} away", node)
        return None
    return Spot(whole[0], whole[1])
