"""Staged rows put in place by SQL that DuckDB and PostgreSQL share, within the transaction they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flowstone.connectors.merging import merge_statement
from flowstone.connectors.table_options import TableOrder
from flowstone.connectors.table_order import quoted, schema_mismatch
from flowstone.connectors.table_partitions import partition_name
from flowstone.model.connections import WritePlan

STAGE = "_flowstone_stage"


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table that staged rows go to.

    `parts` is its schema and name; `staged` the stage's columns and their types; `exact_types` says whether a
    column has to have the very type it has in the stage, `ignores_case` whether `ID` and `id` are one column.
    """

    execute: Callable[[str], Any]
    parts: tuple[str, str]
    staged: Mapping[str, str]
    order: TableOrder
    exact_types: bool
    ignores_case: bool

    @property
    def target(self) -> str:
        """Its name as SQL has it."""
        return quoted(self.parts)

    def create(self) -> None:
        """Make it, with the rows."""
        rows = f"SELECT {self._columns()} FROM {STAGE}{self._undeleted()}"
        self.execute(f"CREATE TABLE {self.target} AS {rows}")

    def insert(self) -> None:
        """Add the rows."""
        self.execute(f"INSERT INTO {self.target} ({self._columns()}) SELECT {self._columns()} FROM {STAGE}")

    def change(self, action: str, there: Mapping[str, str]) -> None:
        """Bring the rows into what is there, as a receipt's word says. Raises: SchemaMismatch."""
        self._fit(there)
        if action == "merged":
            self.execute(merge_statement(self.target, STAGE, list(self.staged), self.order))
            return
        if action == "partitions replaced":
            self._empty_partitions()
        self.insert()

    def plan(self, action: str, there: Mapping[str, str], *, name: str) -> WritePlan:
        """Say what putting the rows in place would do, as a receipt's word says. Raises: SchemaMismatch."""
        keeps_table = action in ("appended", "partitions replaced", "merged")
        return WritePlan(
            target=name,
            action=action,
            rows=self._count(f"SELECT count(*) FROM {STAGE}"),
            replaced_rows=self._replaced_rows(action),
            partitions=self._partitions() if keeps_table and self.order.partition_by else (),
            new_columns=tuple(self.new_columns(there)) if keeps_table else (),
        )

    def _replaced_rows(self, action: str) -> int:
        match action:
            case "replaced":
                return self._count(f"SELECT count(*) FROM {self.target}")
            case "partitions replaced":
                return self._count(f"SELECT count(*) FROM {self.target} WHERE {self._is_in_partitions()}")
            case "merged":
                same = " AND ".join(f"t.{quoted([key])} = s.{quoted([key])}" for key in self.order.keys)
                return self._count(f"SELECT count(*) FROM {self.target} t JOIN {STAGE} s ON {same}")
            case _:
                return 0

    def _partitions(self) -> tuple[str, ...]:
        start = f"date_trunc('{self.order.granularity}', {quoted([self.order.partition_by or ''])})"
        found = self.execute(f"SELECT DISTINCT CAST({start} AS timestamp) FROM {STAGE} ORDER BY 1").fetchall()
        return tuple(partition_name(moment, self.order.granularity) for (moment,) in found)

    def _count(self, sql: str) -> int:
        return int(self.execute(sql).fetchone()[0])

    def _empty_partitions(self) -> None:
        self.execute(f"DELETE FROM {self.target} WHERE {self._is_in_partitions()}")

    def _is_in_partitions(self) -> str:
        column = quoted([self.order.partition_by or ""])
        start = f"date_trunc('{self.order.granularity}', {column})"
        return (
            f"{start} IN (SELECT {start} FROM {STAGE} WHERE {column} IS NOT NULL) "
            f"OR ({column} IS NULL AND EXISTS (SELECT 1 FROM {STAGE} WHERE {column} IS NULL))"
        )

    def _columns(self) -> str:
        return ", ".join(quoted([name]) for name in self.order.stored(list(self.staged)))

    def _undeleted(self) -> str:
        return f" WHERE {quoted([self.order.deleted_by])} IS NOT TRUE" if self.order.deleted_by else ""

    def new_columns(self, there: Mapping[str, str]) -> list[str]:
        """Return the columns that the table has to gain for the rows to fit. Raises: SchemaMismatch."""
        stored = self.order.stored(list(self.staged))
        known = {self._folded(name): type_ for name, type_ in there.items()}
        given = {self._folded(name) for name in stored}
        new = [name for name in stored if self._folded(name) not in known]
        missing = [name for name in there if self._folded(name) not in given]
        missing = [name for name in missing if name not in self._filled_by_themselves()] if missing else []
        differences = [
            f"{name}: {known[self._folded(name)]} there, {self.staged[name]} in the frame"
            for name in stored
            if self.exact_types and known.get(self._folded(name), self.staged[name]) != self.staged[name]
        ]
        if self.order.evolution == "freeze":
            differences += [f"{name}: missing there, {self.staged[name]} in the frame" for name in new]
            differences += [f"{name}: {there[name]} there, missing in the frame" for name in missing]
        if differences:
            raise schema_mismatch(".".join(self.parts), sorted(differences))
        return new

    def _folded(self, name: str) -> str:
        """Return a column's name as the warehouse tells names apart."""
        return name.lower() if self.ignores_case else name

    def _filled_by_themselves(self) -> set[str]:
        """Return the columns that get a value where a row has none."""
        return self._columns_where("column_default IS NOT NULL OR is_identity = 'YES'")

    def _columns_where(self, condition: str) -> set[str]:
        schema, name = (part.replace("'", "''") for part in self.parts)
        found = self.execute(
            "SELECT column_name FROM information_schema.columns "
            f"WHERE table_schema = '{schema}' AND table_name = '{name}' AND ({condition})"
        ).fetchall()
        return {str(column) for (column,) in found}

    def _fit(self, there: Mapping[str, str]) -> None:
        """See that the rows fit, changing the table where that was asked for. Raises: SchemaMismatch."""
        for name in self.new_columns(there):
            self.execute(f"ALTER TABLE {self.target} ADD COLUMN {quoted([name])} {self.staged[name]}")
        if self.order.evolution == "relax":
            self._relax(self.order.stored(list(self.staged)))

    def _relax(self, stored: list[str]) -> None:
        """Let columns be empty that had to have a value and have none in the rows."""
        for column in self._columns_where("is_nullable = 'NO'"):
            if column not in stored or self._has_gaps(column):
                self.execute(f"ALTER TABLE {self.target} ALTER COLUMN {quoted([column])} DROP NOT NULL")

    def _has_gaps(self, column: str) -> bool:
        found = self.execute(f"SELECT count(*) > count({quoted([column])}) FROM {STAGE}").fetchone()
        return bool(found[0])
