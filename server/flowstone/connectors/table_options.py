"""The options of a write to a table, checked against its columns and each other before anything is touched.

Every warehouse checks all of them, in the same words, so that a rehearsal at home fails as the cloud would.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast, get_args

import pyarrow as pa

from flowstone.errors.connectors import OptionInvalid
from flowstone.model.connections import Evolution, Granularity, IfExists, TableOptions

MAX_CLUSTER_COLUMNS = 4
"""Source: BigQuery, "Clustered tables"."""
ONLY_FOR_MERGE = ("keys", "order_by", "deleted_by")
KEEPS_THE_TABLE = ("append", "replace_partition", "merge")


@dataclass(frozen=True, slots=True)
class TableOrder:
    """The options of one write: see TableOptions of model/connections.py."""

    if_exists: IfExists = "fail"
    partition_by: str | None = None
    granularity: Granularity = "day"
    cluster_by: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    order_by: str | None = None
    deleted_by: str | None = None
    evolution: Evolution = "freeze"

    def stored(self, columns: Sequence[str]) -> list[str]:
        """Return those of a frame's columns that the table gets."""
        return [name for name in columns if name != self.deleted_by]


def table_order(schema: pa.Schema, options: TableOptions) -> TableOrder:
    """Check the options of a write against its columns. Raises: OptionInvalid, for one that could not be kept."""
    _check_words(options)
    order = TableOrder(
        if_exists=options.get("if_exists", "fail"),
        partition_by=options.get("partition_by"),
        granularity=options.get("granularity", "day"),
        cluster_by=_names(options.get("cluster_by", ())),
        keys=_names(options.get("keys", ())),
        order_by=options.get("order_by"),
        deleted_by=options.get("deleted_by"),
        evolution=options.get("evolution", "freeze"),
    )
    _check_columns(order, schema)
    _check_partitions(order, schema)
    _check_merge(order, schema)
    if order.evolution != "freeze" and order.if_exists not in KEEPS_THE_TABLE:
        raise OptionInvalid(
            f"evolution={order.evolution!r} says nothing about if_exists={order.if_exists!r}",
            hint=f"It is for {_listed(KEEPS_THE_TABLE)}: the others take the frame's columns as they are.",
        )
    return order


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _check_words(options: TableOptions) -> None:
    known = TableOptions.__optional_keys__
    for name in options.keys() - known:
        close = difflib.get_close_matches(name, known, n=1)
        raise OptionInvalid(
            f"A table's write has no option {name!r}",
            hint=f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(sorted(known))}.",
        )
    for name, words in (("if_exists", IfExists), ("granularity", Granularity), ("evolution", Evolution)):
        found = cast("dict[str, object]", options).get(name)
        if found is not None and found not in get_args(words):
            raise OptionInvalid(f"There is no {name}={found!r}", hint=f"Use {_listed(get_args(words))}.")


def _listed(words: Collection[str]) -> str:
    first, last = list(words)[:-1], list(words)[-1]
    return f"{', '.join(map(repr, first))} or {last!r}"


def _check_columns(order: TableOrder, schema: pa.Schema) -> None:
    asked = [order.partition_by, *order.cluster_by, *order.keys, order.order_by, order.deleted_by]
    for column in asked:
        if column is not None and column not in schema.names:
            raise OptionInvalid(f"The frame has no column {column!r}", hint=f"It has {', '.join(schema.names)}.")
    if len(order.cluster_by) > MAX_CLUSTER_COLUMNS:
        raise OptionInvalid(
            f"A table is clustered by {MAX_CLUSTER_COLUMNS} columns at most, not {len(order.cluster_by)}"
        )


def _check_partitions(order: TableOrder, schema: pa.Schema) -> None:
    column = order.partition_by
    if column is None:
        if order.if_exists == "replace_partition":
            raise OptionInvalid(
                "if_exists='replace_partition' does not say what a partition is",
                hint="Name the column of dates or timestamps: partition_by='day'.",
            )
        return
    type_ = schema.field(column).type
    if not pa.types.is_date(type_) and not pa.types.is_timestamp(type_):
        raise OptionInvalid(
            f"A table cannot be partitioned by {column!r}, which is {type_}",
            hint="Use a column of dates or timestamps.",
        )
    if order.granularity == "hour" and pa.types.is_date(type_):
        raise OptionInvalid(f"A table cannot be partitioned by the hours of {column!r}, which is {type_}")


def _check_merge(order: TableOrder, schema: pa.Schema) -> None:
    if order.if_exists != "merge":
        given = [name for name in ONLY_FOR_MERGE if getattr(order, name)]
        if given:
            raise OptionInvalid(f"{given[0]!r} is for if_exists='merge' alone")
        return
    if not order.keys:
        raise OptionInvalid(
            "if_exists='merge' does not say which rows are the same", hint="Name the columns: keys=['id']."
        )
    unusual = [name for name in order.keys if pa.types.is_nested(schema.field(name).type)]
    if unusual:
        raise OptionInvalid(f"Rows cannot be told apart by {unusual[0]!r}, which is {schema.field(unusual[0]).type}")
    flag = None if order.deleted_by is None else schema.field(order.deleted_by)
    if flag is not None and not pa.types.is_boolean(flag.type):
        raise OptionInvalid(
            f"{flag.name!r} cannot say which rows are to be removed: it is {flag.type}",
            hint="Use a column of true and false.",
        )
    if flag is not None and flag.name in (*order.keys, order.partition_by, *order.cluster_by):
        raise OptionInvalid(f"{flag.name!r} is not stored, so the table cannot be laid out by it")
