"""Frames that come one after the other, to one table on disk: no more of it is in memory than a piece."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
import pyarrow as pa

from flowstone.engine.worker.frame_notes import KEY
from flowstone.engine.worker.frames import hold
from flowstone.engine.worker.polars_frames import hold_polars, is_polars
from flowstone.engine.worker.tables import batches_of, open_table, with_one_dictionary
from flowstone.engine.worker.tabular import as_table_or_frame
from flowstone.errors.engine import NothingReturned, OutputUnfit
from flowstone.store.artifacts import ArtifactStore

PIECE_ROWS = 64_000
PIECE_BYTES = 32 << 20
"""Smaller pieces are put together before they are written: a file of a million batches opens slowly."""
IN_ARROW_ALONE = "Frames of a generator are kept in Arrow alone: the next block gets what is shown"


class Pieces:
    """A draft that pieces are written to. A piece whose types are wider than those before widens them all.

    A file's types stand at its beginning, so widening writes what is there anew. It happens once or twice: when a
    column's first values are all missing, or whole numbers are followed by fractions.
    """

    def __init__(self, store: ArtifactStore) -> None:
        self._store = store
        self._draft: _Draft | None = None
        self.warnings: dict[str, None] = {}

    def write(self, chunks: Iterable[Any]) -> None:
        """Write whatever comes. Raises: OutputUnfit; NothingReturned; and whatever the chunks' maker raises."""
        for number, chunk in enumerate(chunks, start=1):
            table = with_one_dictionary(self._table(chunk))
            if self._draft is None:
                self._draft = _Draft(self._store.draft(), table.schema)
            self._put(table, number)
        if self._draft is None:
            raise NothingReturned(
                "The block's generator gave nothing", hint="Yield at least one frame, even an empty one."
            )
        self._draft.close()

    def _table(self, chunk: Any) -> pa.Table:
        found = as_table_or_frame(chunk)
        if isinstance(found, pd.DataFrame) or is_polars(found):
            held = hold_polars(found) if is_polars(found) else hold(_without_row_numbers(found))
            said = held.changes if held.is_exact else (*held.changes, IN_ARROW_ALONE)
            self.warnings |= dict.fromkeys(said)
            return held.table
        if isinstance(found, pa.Table):
            return found
        raise OutputUnfit(
            f"The block's generator yielded a {type(chunk).__name__}", hint="Yield frames, each with the same columns."
        )

    def _put(self, table: pa.Table, number: int) -> None:
        assert self._draft is not None
        if not self._draft.takes(table):
            self._widen(unified(self._draft.schema, table.schema, self._draft.differing(table), number=number))
        self._draft.put(_fitted(table, self._draft.schema, number))

    def _widen(self, schema: pa.Schema) -> None:
        assert self._draft is not None
        before = self._draft
        self._note_lost_categories(before.schema, schema)
        before.close()
        try:
            self._draft = _Draft(self._store.draft(), schema)
            for batch in open_table(before.path).to_batches():
                self._draft.put(_fitted(pa.Table.from_batches([batch]), schema, 1))
        finally:
            before.path.unlink()

    def _note_lost_categories(self, before: pa.Schema, after: pa.Schema) -> None:
        for old, new in zip(before, after, strict=True):
            if pa.types.is_dictionary(old.type) and not pa.types.is_dictionary(new.type):
                said = f"Column {old.name!r} has other categories in later frames, so that it is kept without any"
                self.warnings[said] = None

    @property
    def draft(self) -> Path:
        """The file that was written."""
        assert self._draft is not None
        return self._draft.path

    @property
    def schema(self) -> pa.Schema:
        """The types that all pieces have."""
        assert self._draft is not None
        return self._draft.schema

    @property
    def rows(self) -> int:
        """How many rows were written."""
        assert self._draft is not None
        return self._draft.rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._draft is not None:
            self._draft.close()
            self._draft.path.unlink(missing_ok=True)


@dataclass(slots=True)
class _Draft:
    """One file, with one schema, while it is written."""

    path: Path
    schema: pa.Schema
    rows: int = 0
    _writer: Any = None
    _file: Any = None
    _waiting: list[pa.Table] = field(default_factory=list)
    _waiting_rows: int = 0
    _waiting_bytes: int = 0
    _dictionaries: dict[str, pa.Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._file = pa.OSFile(str(self.path), "wb")
        self._writer = pa.ipc.new_file(self._file, self.schema)

    def takes(self, table: pa.Table) -> bool:
        return bool(self.schema.equals(table.schema)) and not self.differing(table)

    def differing(self, table: pa.Table) -> frozenset[str]:
        """Return the columns whose categories are others than those before: a file holds one list of them."""
        found = set()
        for place, name in enumerate(table.column_names):
            column = table.column(place)
            if pa.types.is_dictionary(column.type) and column.num_chunks:
                dictionary = column.chunk(0).dictionary
                if not self._dictionaries.setdefault(name, dictionary).equals(dictionary):
                    found.add(name)
        return frozenset(found)

    def put(self, table: pa.Table) -> None:
        self.rows += table.num_rows
        self._waiting.append(table)
        self._waiting_rows += table.num_rows
        self._waiting_bytes += table.nbytes
        if self._waiting_rows >= PIECE_ROWS or self._waiting_bytes >= PIECE_BYTES:
            self._write_waiting()

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        together = pa.concat_tables(self._waiting)
        for batch in batches_of(together.combine_chunks() if len(self._waiting) > 1 else together):
            self._writer.write_batch(batch)
        self._waiting.clear()
        self._waiting_rows = self._waiting_bytes = 0

    def close(self) -> None:
        """Write what is left, once; a draft that could not be finished is closed all the same."""
        if self._file.closed:
            return
        try:
            self._write_waiting()
            self._writer.close()
        finally:
            self._file.close()


def _without_row_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.reset_index(drop=True) if isinstance(frame.index, pd.RangeIndex) else frame


def unified(one: pa.Schema, other: pa.Schema, differing: frozenset[str], *, number: int) -> pa.Schema:
    """Return a schema that holds the rows of both, in the order of the first.

    Raises: OutputUnfit, naming the columns that are not in both, or that have no type in common.
    """
    _check_names(one, other, number)
    fields = [
        field.with_type(_common(field, other.field(field.name), number, is_category=field.name not in differing))
        for field in one
    ]
    return pa.schema(fields, metadata=_metadata(one, other, fields))


def _check_names(one: pa.Schema, other: pa.Schema, number: int) -> None:
    if len(set(one.names)) < len(one.names):
        raise OutputUnfit("A generator's frames need column names that differ", hint="Rename one of each pair.")
    odd = sorted(set(one.names) ^ set(other.names))
    if odd:
        whose = "it lacks" if odd[0] in one.names else "the first has no"
        raise OutputUnfit(
            f"The generator's frame {number} has other columns than the first: {whose} {odd[0]!r}",
            hint="Yield frames with the same columns.",
        )


def _common(one: pa.Field, other: pa.Field, number: int, *, is_category: bool) -> pa.DataType:
    if one.type.equals(other.type) and is_category:
        return one.type
    kinds = [kind.value_type if pa.types.is_dictionary(kind) else kind for kind in (one.type, other.type)]
    is_text = [pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in kinds]
    try:
        if is_text[0] != is_text[1] and not any(pa.types.is_null(kind) for kind in kinds):
            raise pa.ArrowTypeError("text and other values")
        sides = [pa.schema([pa.field(one.name, kind)]) for kind in kinds]
        kind: pa.DataType = pa.unify_schemas(sides, promote_options="permissive").field(0).type
    except (pa.ArrowTypeError, pa.ArrowInvalid) as wrong:
        raise OutputUnfit(
            f"Column {one.name!r} is {one.type} in the generator's first frames and {other.type} in frame {number}",
            hint="Give the column one type in every frame, for example with `astype`.",
        ) from wrong
    return kind


def _metadata(one: pa.Schema, other: pa.Schema, fields: list[pa.Field]) -> dict[bytes, bytes]:
    """Return the notes of both: of a column that was widened, those of the side that has the wider type."""
    known = [dict(schema.metadata or {}) for schema in (one, other)]
    found = known[1] | known[0]
    if not all(b"pandas" in notes for notes in known):
        return {key: value for key, value in found.items() if key not in (b"pandas", KEY)}
    pandas, others = (json.loads(notes[b"pandas"]) for notes in known)
    wider = {field.name for field in fields if not field.type.equals(one.field(field.name).type)}
    theirs = {column["field_name"]: column for column in others["columns"]}
    pandas["columns"] = [
        theirs.get(column["field_name"], column) if column["field_name"] in wider else column
        for column in pandas["columns"]
    ]
    return found | {b"pandas": json.dumps(pandas).encode()}


def _fitted(table: pa.Table, schema: pa.Schema, number: int) -> pa.Table:
    if table.schema.equals(schema, check_metadata=True):
        return table
    try:
        return table.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as wrong:
        raise OutputUnfit(
            f"The generator's frame {number} cannot have the types of the others: {wrong}",
            hint="Give each column one type in every frame, for example with `astype`.",
        ) from wrong
