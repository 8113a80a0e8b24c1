"""Ids and titles for blocks that come from cells, which have neither."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowstone.interop.notebook_import.cells import Cell, CellKind
from flowstone.interop.notebook_import.names import assigned
from flowstone.interop.notebook_import.plan import PlannedBlock
from flowstone.model.ids import BlockId

HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
MARKUP = re.compile(r"[*_`]{1,3}|\[([^\]]*)\]\([^)]*\)")
MAX_ID = 40


@dataclass(frozen=True, slots=True)
class Label:
    """What a block is called. `text` is what the notebook says of it above its cell."""

    id: BlockId
    title: str
    text: str


def labels(blocks: Sequence[PlannedBlock], cells: Sequence[Cell]) -> Mapping[int, Label]:
    """Name each block after what it gives, else after the heading above it, else after what it does."""
    taken: set[str] = set()
    found: dict[int, Label] = {}
    for block in blocks:
        above = text_above(block.number, cells)
        title = heading(above)
        wanted = _wanted(block, title)
        found[block.number] = Label(
            BlockId(_free(wanted, taken)), title or f"Cell {block.number} of the notebook", above
        )
    return found


def text_above(number: int, cells: Sequence[Cell]) -> str:
    """Return the Markdown right above a cell."""
    texts: list[str] = []
    for cell in reversed([cell for cell in cells if cell.number < number]):
        if cell.kind is not CellKind.TEXT:
            break
        texts.append(cell.text.strip())
    return "\n\n".join(reversed(texts))


def heading(text: str) -> str:
    """Return the last heading of a Markdown text without its markup; empty where there is none."""
    found = HEADING.findall(text)
    return plain(found[-1]) if found else ""


def plain(text: str) -> str:
    """Return a line of Markdown without its markup."""
    return MARKUP.sub(lambda match: match[1] or "", text).strip()


def as_id(text: str) -> str:
    """Return a text as an id: small letters, digits and underscores, a letter first; empty where nothing is left."""
    plain_letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain_letters).strip("_")
    words = words if len(words) <= MAX_ID else words[:MAX_ID].rsplit("_", 1)[0]
    return re.sub(r"^[0-9_]+", "", words)


def _wanted(block: PlannedBlock, title: str) -> str:
    given = [as_id(name) for name in block.gives or _made_last(block)]
    found = (given[-1] if given else "") or as_id(title) or _verb(block) or f"cell_{block.number}"
    return f"{found}_block" if keyword.iskeyword(found) or keyword.issoftkeyword(found) else found


def _made_last(block: PlannedBlock) -> list[str]:
    """Return the variable that a cell ends with making, if it does."""
    match block.work.nodes[-1]:
        case ast.Expr(ast.Name(name)):
            return [name] if name in block.names.binds else []
        case last:
            return assigned([last])[-1:]


def _verb(block: PlannedBlock) -> str:
    """Return the name of what a cell calls last, as in `df.plot()`."""
    calls = [
        node.func.attr for node in ast.walk(block.work.nodes[-1])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]  # fmt: skip
    return as_id(calls[0]) if calls else ""


def _free(wanted: str, taken: set[str]) -> str:
    found, count = wanted, 1
    while found in taken:
        count += 1
        found = f"{wanted}_{count}"
    taken.add(found)
    return found
