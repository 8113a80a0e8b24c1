"""Lakes store files, warehouses store tables: what a block may ask of either, whoever stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, Unpack, runtime_checkable

from flowstone.model.output import Receipt

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

IfExists: TypeAlias = Literal["fail", "append", "replace", "replace_partition", "merge"]
Granularity: TypeAlias = Literal["hour", "day", "month", "year"]
Evolution: TypeAlias = Literal["freeze", "add", "relax"]
FileFormat: TypeAlias = Literal["parquet", "csv", "ndjson", "arrow"]
Frame: TypeAlias = "pd.DataFrame | pa.Table | pa.RecordBatchReader | Iterator[pd.DataFrame]"


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """A named connection of a profile, as `connections.yaml` has it, with secrets and variables filled in.

    `root` is the project's folder, for connections whose paths are relative to it.
    """

    name: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    root: str = "."


@dataclass(frozen=True, slots=True)
class WriteContext:
    """On whose behalf a connection acts: the parts of a deterministic job id, and the labels of jobs and tables."""

    project: str = ""
    pipeline: str = ""
    block: str = ""
    run: str = ""
    epoch: int = 1
    """Goes up only after an earlier attempt's writes are known to have failed."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file of a lake. Units: size_bytes in bytes; generation counts overwrites where the service does."""

    path: str
    size_bytes: int
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a query would read if it ran. Units: size_bytes in bytes; None where the service cannot tell."""

    size_bytes: int | None
    rows: int | None = None


class TableOptions(TypedDict, total=False):
    """How a frame is to become a table's rows. Every warehouse checks all of them and says of none in silence no."""

    if_exists: IfExists
    """What becomes of a table that is there. "fail", the default: it stays, and that is an error. "append": it gets
    the rows too. "replace": it gets the rows instead. "replace_partition": each partition that the frame has rows for
    gets those instead, the others stay. "merge": rows replace those with the same `keys`, the others are added."""
    partition_by: str | None
    """A column of dates or timestamps. BigQuery lays the table out by it; elsewhere it says what a partition is."""
    granularity: Granularity
    """How long a partition is: a "day" unless said."""
    cluster_by: Sequence[str]
    """Up to four columns by which BigQuery sorts what is in a partition."""
    keys: Sequence[str]
    """For "merge": the columns that tell rows apart. A row without a value in one is refused."""
    order_by: str | None
    """For "merge": of rows with the same keys, the one with the largest value here counts, of equal ones the last."""
    deleted_by: str | None
    """For "merge": a column of true and false, not stored; rows where it is true are removed from the table."""
    evolution: Evolution
    """What a frame with other columns may change in a table that stays. "freeze", the default: nothing. "add": new
    columns are added, and missing ones are left empty. "relax": columns that had to have a value may be empty, too."""


@dataclass(frozen=True, slots=True)
class WritePlan:
    """What a write would do, found out without doing any of it.

    Units: sizes in bytes; `size_bytes` of what would be sent, `read_bytes` of what the service would read and bill.
    """

    target: str
    action: str
    """As the receipt would say: "created", "appended", "replaced", "partitions replaced", "merged", "skipped"; or
    "adopted", when this very write was done before."""
    rows: int
    size_bytes: int | None = None
    replaced_rows: int | None = None
    """How many rows that are there would make way; None where that cannot be told for nothing."""
    partitions: tuple[str, ...] = ()
    """Those that would be replaced or merged into, where the target has partitions."""
    new_columns: tuple[str, ...] = ()
    """Columns that the target would gain."""
    read_bytes: int | None = None


@runtime_checkable
class Lake(Protocol):
    """A place for files: a folder or a bucket."""

    def write(
        self,
        frame: Frame,
        path: str,
        *,
        format: FileFormat | None = None,
        partition_by: str | Sequence[str] | None = None,
        if_exists: IfExists = "fail",
    ) -> Receipt:
        """Write a frame as one file, where the path ends in a format's suffix, else as a dataset: a folder of files.

        With `partition_by` it is a dataset of `column=value/` folders. The format is the suffix's, else Parquet.
        With `if_exists` "replace_partition", the folders that the frame has rows for get those instead, and the
        others stay; there is no "merge".
        Atomic: readers see all of it or what was there before; repeating it in the same run adds nothing.
        Raises: TargetExists, when something is there and `if_exists` is "fail"; ConnectorError.
        """
        ...

    def plan(
        self,
        frame: Frame,
        path: str,
        *,
        format: FileFormat | None = None,
        partition_by: str | Sequence[str] | None = None,
        if_exists: IfExists = "fail",
    ) -> WritePlan:
        """Say what `write` would do with the same arguments, and do none of it. Raises: what `write` would."""
        ...

    def read(
        self,
        path: str,
        *,
        format: FileFormat | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read an object, a glob, or a dataset's folder, partition columns included.

        Raises: TargetMissing, when nothing is found: never an empty frame instead.
        """
        ...

    def list(self, prefix: str = "") -> list[LakeFile]:
        """List the files whose path starts with the prefix, in order of path."""
        ...


@runtime_checkable
class Warehouse(Protocol):
    """A place for tables: a DuckDB file, BigQuery, PostgreSQL."""

    def write(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> Receipt:
        """Write a frame as a table, or into one: see TableOptions.

        Atomic: readers see all of it or what was there before; repeating it in the same run adds nothing. Where a
        warehouse replaces several partitions one after the other, that holds of each.
        Raises: TargetExists, when the table is there and `if_exists` is "fail"; SchemaMismatch; KeysInvalid;
            OptionInvalid; ConnectorError.
        """
        ...

    def plan(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> WritePlan:
        """Say what `write` would do with the same arguments, and do none of it. Raises: what `write` would."""
        ...

    def read(self, table: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a whole table. Raises: TargetMissing."""
        ...

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run a query; `params` are bound by name, never pasted in. Raises: JobFailed, with the service's words."""
        ...

    def estimate(self, sql: str, params: Mapping[str, Any] | None = None) -> Estimate:
        """Say what a query would read, without running it."""
        ...
