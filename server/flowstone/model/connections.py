"""Lakes store files, warehouses store tables: what a block may ask of either, whoever stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from flowstone.model.output import Receipt

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

IfExists: TypeAlias = Literal["fail", "append", "replace"]
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
        Atomic: readers see all of it or what was there before; repeating it in the same run adds nothing.
        Raises: TargetExists, when something is there and `if_exists` is "fail"; ConnectorError.
        """
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

    def write(
        self,
        frame: Frame,
        table: str,
        *,
        if_exists: IfExists = "fail",
        partition_by: str | None = None,
        cluster_by: Sequence[str] = (),
    ) -> Receipt:
        """Write a frame as a table, or add it to one.

        Atomic: readers see all of it or what was there before; repeating it in the same run adds nothing.
        Raises: TargetExists, when the table is there and `if_exists` is "fail"; SchemaMismatch; ConnectorError.
        """
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
