"""Where what blocks share comes to lie: a param of the pipeline, a module of the project, or the block's own file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowstone.interop.notebook_import.plan import PlannedBlock
from flowstone.interop.notebook_import.roles import Roles, Shared
from flowstone.model.ids import is_id


@dataclass(frozen=True, slots=True)
class Shape:
    """Each shared thing in one place. `params` are by the name of the variable, and say the param's name."""

    params: Mapping[str, str]
    module: tuple[Shared, ...]
    own: Mapping[int, tuple[Shared, ...]]
    """Functions and constants of one block alone, by its cell."""


def shape_of(blocks: Sequence[PlannedBlock], roles: Roles) -> Shape:
    """Decide where everything that is shared comes to lie.

    One value that blocks read is a param of the pipeline, so that it can be set for a run. What one block alone reads
    lies in its file, the rest in a module of the project.
    """
    inlined = {shared.name for block in blocks for shared in block.inlined}
    needed = {block.number: _needed(block, roles) for block in blocks}
    times = Counter(name for names in needed.values() for name in names)
    read_by_shared = {name for one in roles.shared.values() if one.name not in inlined for name in one.reads}
    params = _params(blocks, roles, times, read_by_shared)
    placed = [
        shared for shared in roles.shared.values() if shared.name not in {*params, *inlined} and times[shared.name]
    ]
    module = tuple(sorted((one for one in placed if times[one.name] > 1), key=lambda one: one.cell))
    own = {
        number: tuple(
            sorted((one for one in placed if times[one.name] == 1 and one.name in names), key=lambda o: o.cell)
        )
        for number, names in needed.items()
    }
    return Shape(params, module, own)


def _needed(block: PlannedBlock, roles: Roles) -> set[str]:
    """Return the names of all shared things that a block leads to."""
    found: set[str] = set()
    waiting = list(block.used)
    while waiting:
        name = waiting.pop()
        if name not in found and name in roles.shared:
            found.add(name)
            waiting.extend(roles.shared[name].reads)
    return found


def _params(
    blocks: Sequence[PlannedBlock], roles: Roles, times: Counter[str], read_by_shared: set[str]
) -> dict[str, str]:
    variables = {name for block in blocks for name in (*block.names.binds, *block.names.reads)}
    params: dict[str, str] = {}
    for name, constant in roles.constants.items():
        wanted = name.lower()
        is_free = wanted not in params.values() and (wanted == name or wanted not in variables)
        if constant.literal is not None and times[name] and name not in read_by_shared and is_id(wanted) and is_free:
            params[name] = wanted
    return params
