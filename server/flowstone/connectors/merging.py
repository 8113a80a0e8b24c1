"""Rows for a merge: one for each key, and the statement that brings them into a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from flowstone.connectors.frames import FrameStream
from flowstone.connectors.lake_formats import write_arrow
from flowstone.connectors.table_options import TableOrder
from flowstone.connectors.table_order import quoted
from flowstone.errors.connectors import KeysInvalid

POSITION = "_flowstone_position"
SHOWN = 3
"""How many keys an error names."""


def latest_of_each(stream: FrameStream, order: TableOrder, folder: Path) -> FrameStream:
    """Return a stream with one row for each key: the latest by `order_by`, of equally late ones the last.

    The rows wait in a file of the folder; only the keys are looked at together.
    Raises: KeysInvalid, when a key has no value, or repeats and no order says which row counts.
    """
    file = folder / "merge.arrow"
    write_arrow(stream, file, compression=None)
    with pa.memory_map(str(file)) as source:
        counts = _latest(pa.ipc.open_file(source).read_all(), order)
    return FrameStream(stream.schema, _those(file, counts))


def _latest(table: pa.Table, order: TableOrder) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return for each row whether it counts. Shapes: (rows,)."""
    import duckdb

    columns = [*order.keys, *([order.order_by] if order.order_by and order.order_by not in order.keys else [])]
    looked_at = table.select(columns).append_column(POSITION, pa.array(np.arange(table.num_rows)))
    keys = ", ".join(quoted([name]) for name in order.keys)
    with duckdb.connect() as db:
        db.register("rows", looked_at)
        _check_values(db, order)
        if order.order_by is None:
            _check_unique(db, keys)
            return np.ones(table.num_rows, dtype=bool)
        latest = f"{quoted([order.order_by])} DESC NULLS LAST, {POSITION} DESC"
        found = db.execute(
            f"SELECT {POSITION} FROM rows QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {latest}) = 1"
        ).fetchnumpy()[POSITION]
    counts = np.zeros(table.num_rows, dtype=bool)
    counts[found] = True
    return counts


def _check_values(db: Any, order: TableOrder) -> None:
    for name in order.keys:
        missing = db.execute(f"SELECT count(*) FROM rows WHERE {quoted([name])} IS NULL").fetchone()[0]
        if missing:
            raise KeysInvalid(
                f"{missing:,} rows have no value in the key column {name!r}",
                hint="Fill it, drop those rows, or choose other keys: without a value no row can be found again.",
                details={"column": name, "rows": missing},
            )


def _check_unique(db: Any, keys: str) -> None:
    repeated = f"SELECT {keys}, count(*) FROM rows GROUP BY {keys} HAVING count(*) > 1"
    count = db.execute(f"SELECT count(*) FROM ({repeated})").fetchone()[0]
    if count:
        shown = db.execute(f"{repeated} ORDER BY ALL LIMIT {SHOWN}").fetchall()
        words = "; ".join(f"{', '.join(map(str, row[:-1]))} ({row[-1]} times)" for row in shown)
        raise KeysInvalid(
            f"{count:,} keys are in the frame more than once: {words}{' …' if count > SHOWN else ''}",
            hint="Say with order_by which row counts, or remove the repeated ones first.",
            details={"keys": count},
        )


def _those(file: Path, counts: np.ndarray[Any, np.dtype[np.bool_]]) -> Iterator[pa.RecordBatch]:
    start = 0
    with pa.memory_map(str(file)) as source:
        reader = pa.ipc.open_file(source)
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            kept = counts[start : start + batch.num_rows]
            start += batch.num_rows
            yield batch if kept.all() else batch.filter(pa.array(kept))


def merge_statement(
    target: str,
    stage: str,
    columns: Sequence[str],
    order: TableOrder,
    *,
    quote: Callable[[str], str] = lambda name: quoted([name]),
    also: str = "",
) -> str:
    """Return the MERGE of a stage's rows into a table; `also` narrows the table's rows that are looked at.

    `target` and `stage` are names as SQL has them. Source: SQL:2003 MERGE, as DuckDB, PostgreSQL from 15 on and
    BigQuery all take it.
    """
    same = " AND ".join(f"t.{quote(name)} = s.{quote(name)}" for name in order.keys)
    names = order.stored(columns)
    listed = ", ".join(quote(name) for name in names)
    values = ", ".join(f"s.{quote(name)}" for name in names)
    changed = ", ".join(f"{quote(name)} = s.{quote(name)}" for name in names if name not in order.keys)
    is_deleted = f"s.{quote(order.deleted_by)}" if order.deleted_by else ""
    not_deleted = f" AND ({is_deleted}) IS NOT TRUE" if is_deleted else ""
    clauses = [
        f"MERGE INTO {target} AS t USING {stage} AS s ON {same}{f' AND {also}' if also else ''}",
        f"WHEN MATCHED AND {is_deleted} THEN DELETE" if is_deleted else "",
        f"WHEN MATCHED THEN UPDATE SET {changed}" if changed else "",
        f"WHEN NOT MATCHED{not_deleted} THEN INSERT ({listed}) VALUES ({values})",
    ]
    return "\n".join(clause for clause in clauses if clause)
