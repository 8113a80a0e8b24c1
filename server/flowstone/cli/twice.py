"""What `flowstone run --twice` says: which blocks do not give the same each time, and in which columns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flowstone.cli.terminal import console, counted, escaped
from flowstone.engine.twice import TwiceExecutor
from flowstone.model.difference import ColumnDifference, Difference
from flowstone.model.ids import BlockId


def tell_differences(twice: TwiceExecutor) -> None:
    """Tell a person which blocks differ, and how."""
    screen = console()
    if not twice.differences:
        screen.print(f"[green]✓[/green] {_counted(twice.compared)} ran twice and gave the same")
        return
    for found in twice.differences:
        for each in found.differences:
            screen.print(f"[yellow]differs[/yellow]  {escaped(found.block)}: {escaped(each.message)}")
            for column in each.columns:
                screen.print(f"         {escaped(_line(column))}", style="dim")


def _counted(compared: Collection[BlockId]) -> str:
    """Say how many blocks were compared, and for how many items those that are mapped ran."""
    items = sum("-" in block for block in compared)
    blocks = len({block.partition("-")[0] for block in compared})
    return counted(blocks, "block") + (f" ({counted(items, 'item')} among them)" if items else "")


def twice_document(twice: TwiceExecutor) -> dict[str, Any]:
    """Return what was compared and what differs. Units: rows count from 0."""
    return {
        "same": not twice.differences,
        "compared": sorted(twice.compared),
        "differences": [
            {"block": found.block, **_document(each)} for found in twice.differences for each in found.differences
        ],
    }


def _document(each: Difference) -> dict[str, Any]:
    return {
        "output": each.output,
        "how": each.how.value,
        "message": each.message,
        "columns": [
            {
                "name": column.name,
                "rows": column.rows,
                "first_row": column.first_row,
                "once": column.once,
                "again": column.again,
            }
            for column in each.columns
        ],
    }


def _line(column: ColumnDifference) -> str:
    rows = "" if column.rows is None else f" in {counted(column.rows, 'row')}"
    first = "" if column.first_row is None else f", the first {column.first_row}: {column.once}, then {column.again}"
    return f"column {column.name}{rows}{first}"
