"""Which cells become blocks, and what each hands to the others."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flowstone.interop.notebook_import.names import Names, names_of
from flowstone.interop.notebook_import.roles import BUILTINS, Constant, Roles, Shared, Work

IN_NOTEBOOKS = frozenset({"display", "get_ipython", "In", "Out", "_", "__"})
"""Names that a notebook's kernel has, and a block has not."""


@dataclass(frozen=True, slots=True)
class Read:
    """A variable that a block reads, and the cell whose block gives it."""

    variable: str
    giver: int


@dataclass(frozen=True, slots=True)
class PlannedBlock:
    """A cell that becomes a block. Cells are named by their numbers.

    `gives` are the variables that later blocks read. `inlined` is what cannot be handed over, or would not be the same:
    connections, and functions that read the notebook's data; each block that needs one has its own.
    """

    work: Work
    reads: tuple[Read, ...]
    gives: tuple[str, ...]
    names: Names
    inlined: tuple[Shared, ...]
    imported: frozenset[str]
    """The imports it needs, by the names that they bind."""
    used: tuple[str, ...]
    """The functions, classes and constants that it reads and that are not inlined."""
    setup: tuple[str, ...] = ()
    """Statements that set a library up, as another cell did for the whole notebook."""

    @property
    def number(self) -> int:
        """The cell's number in the notebook."""
        return self.work.code.cell.number


@dataclass(frozen=True, slots=True)
class Plan:
    """The blocks in their order, and what a person should know."""

    blocks: tuple[PlannedBlock, ...]
    warnings: tuple[str, ...]
    left_out: tuple[Work, ...]
    """Cells that only set the session up, for libraries that no block uses."""


def plan_blocks(roles: Roles) -> Plan:
    """Find the blocks and how they hang together, in the notebook's order or, if that cannot be, as it was last run."""
    inlined = _inlined_names(roles)
    setups = [work for work in roles.work if _is_setup(work, roles)]
    works = [work for work in roles.work if work not in setups]
    ordered, warnings = _in_order(works, roles, inlined)
    blocks = _linked([_alone(work, roles, inlined) for work in ordered])
    blocks, unused = _set_up(blocks, setups)
    return Plan(tuple(blocks), (*warnings, *_unknown_names(blocks, roles)), tuple(unused))


def _inlined_names(roles: Roles) -> frozenset[str]:
    """Return what cannot be imported from a module: connections, and what reads them or the notebook's data."""
    found = set(roles.connections)
    known = {*roles.imports, *roles.functions, *roles.constants, *BUILTINS}
    is_settled = False
    while not is_settled:
        more = {
            shared.name
            for shared in roles.shared.values()
            if shared.name not in found and any(read in found or read not in known for read in shared.reads)
        }
        found |= more
        is_settled = not more
    return frozenset(found)


def _is_setup(work: Work, roles: Roles) -> bool:
    """Say whether a cell only sets libraries up: it reads nothing but imports, gives nothing and shows nothing."""
    names = names_of(work.nodes)
    if names.binds or not names.reads or any(name not in roles.imports for name in names.reads):
        return False
    return all(_sets_up(node) for node in work.nodes)


def _sets_up(node: ast.stmt) -> bool:
    match node:
        case ast.Assign() | ast.AugAssign():
            return True
        case ast.Expr(ast.Call(ast.Attribute(attr=called))):
            return called.startswith(("set", "use", "filter", "basic", "seed", "simple", "load_dotenv", "register"))
        case ast.Expr(ast.Call(ast.Name(called))):
            return called.startswith(("set", "load_dotenv", "use", "register"))
        case _:
            return False


def _in_order(works: Sequence[Work], roles: Roles, inlined: frozenset[str]) -> tuple[Sequence[Work], tuple[str, ...]]:
    """Return the cells as they stand, or as they were run where only that order has each name before it is read."""
    missing = _missing(works, roles, inlined)
    ran = [work.code.cell.ran for work in works]
    if not missing or None in ran or len(set(ran)) != len(ran):
        return works, ()
    as_run = sorted(works, key=lambda work: work.code.cell.ran or 0)
    if len(_missing(as_run, roles, inlined)) >= len(missing):
        return works, ()
    what = ", ".join(f"cell {number} reads {name}" for number, name in missing[:5])
    return as_run, (
        f"The cells do not run from top to bottom ({what} before it is made): the blocks follow their last execution.",
    )


def _missing(works: Sequence[Work], roles: Roles, inlined: frozenset[str]) -> list[tuple[int, str]]:
    made: set[str] = set()
    every = {name for work in works for name in names_of(work.nodes).binds}
    found: list[tuple[int, str]] = []
    for work in works:
        names = _with_inlined(names_of(work.nodes), roles, inlined)
        here = {*made, *(name for name in names.binds if name not in names_of(work.nodes).reads)}
        found.extend((work.code.cell.number, name) for name in names.reads if name in every and name not in here)
        made.update(names.gives)
    return found


def _with_inlined(names: Names, roles: Roles, inlined: frozenset[str]) -> Names:
    reads = dict.fromkeys(names.reads)
    for shared in _closure(names.reads, roles, only=inlined):
        reads.update(dict.fromkeys(shared.reads))  # also what the cell makes: it may call the function before
    return replace(names, reads=tuple(reads))


def _closure(reads: Iterable[str], roles: Roles, *, only: frozenset[str]) -> list[Shared]:
    """Return all of `only` that names lead to, in the order in which the notebook has them."""
    shared, found, waiting = roles.shared, dict[str, Shared](), list(reads)
    while waiting:
        name = waiting.pop()
        if name in only and name not in found:
            found[name] = shared[name]
            waiting.extend(shared[name].reads)
    return sorted(found.values(), key=lambda one: one.cell)


def _alone(work: Work, roles: Roles, inlined: frozenset[str]) -> PlannedBlock:
    """Return a cell as a block that knows nothing yet of the others."""
    own = names_of(work.nodes)
    names = _with_inlined(own, roles, inlined)
    copies = tuple(_closure(own.reads, roles, only=inlined))
    read = {*names.reads, *(name for copy in copies for name in copy.reads)}
    return PlannedBlock(
        work=work,
        reads=(),
        gives=(),
        names=names,
        inlined=copies,
        imported=frozenset(name for name in read if name in roles.imports),
        used=tuple(name for name in roles.shared if name in read and name not in inlined),
    )


def _linked(blocks: Sequence[PlannedBlock]) -> list[PlannedBlock]:
    """Give each block its reads, by who made or changed a variable last, and what later ones read of it."""
    last: dict[str, int] = {}
    given: dict[int, dict[str, None]] = {block.number: {} for block in blocks}
    linked: list[PlannedBlock] = []
    for block in blocks:
        reads = tuple(Read(name, last[name]) for name in block.names.reads if name in last)
        for read in reads:
            given[read.giver][read.variable] = None
        linked.append(replace(block, reads=reads))
        last.update(dict.fromkeys(_variables(block), block.number))
    return [replace(block, gives=tuple(given[block.number])) for block in linked]


def _variables(block: PlannedBlock) -> Iterator[str]:
    known = {*block.imported, *block.used, *(shared.name for shared in block.inlined)}
    return (name for name in block.names.gives if name not in known)


def _set_up(blocks: Sequence[PlannedBlock], setups: Sequence[Work]) -> tuple[list[PlannedBlock], list[Work]]:
    """Give each block the statements that set up a library that it uses."""
    ready, unused = list(blocks), list[Work]()
    for work in setups:
        is_used = False
        for place, block in enumerate(ready):
            texts = [one.text for one in work.statements if set(names_of([one.node]).reads) <= block.imported]
            if texts:
                ready[place] = replace(block, setup=(*block.setup, *texts))
                is_used = True
        if not is_used:
            unused.append(work)
    return ready, unused


def _unknown_names(blocks: Sequence[PlannedBlock], roles: Roles) -> Iterator[str]:
    """Say which names nothing gives: the block will fail there, as the notebook would when run anew."""
    made_by: dict[str, int] = {}
    for block in blocks:
        for name in block.names.binds:
            made_by.setdefault(name, block.number)
    known = {*roles.imports, *roles.shared, *BUILTINS, *IN_NOTEBOOKS}
    for block in blocks:
        linked = {read.variable for read in block.reads}
        for name in block.names.reads:
            if name in linked or name in known:
                continue
            if name in block.names.binds:
                continue  # bound in one branch and read after it: Python decides
            if name in made_by:
                yield f"Cell {block.number} reads {name}, which only cell {made_by[name]} below it makes."
            elif not roles.star_imports:
                yield f"Cell {block.number} reads {name}, which no cell makes."


def constants_of(block: PlannedBlock, roles: Roles) -> Mapping[str, Constant]:
    """Return the constants that a block reads, by name."""
    return {name: roles.constants[name] for name in block.used if name in roles.constants}
