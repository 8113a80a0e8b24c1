"""A warehouse in BigQuery."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from flowstone.connectors.bigquery_jobs import JobRunner
from flowstone.connectors.bigquery_plan import plan_write
from flowstone.connectors.bigquery_steps import Steps, TableWrite, labels_of
from flowstone.connectors.bigquery_write import write_table
from flowstone.connectors.content import watched
from flowstone.connectors.google_access import ACCESS_OPTIONS, GoogleAccess, google_access
from flowstone.connectors.google_errors import google_errors
from flowstone.connectors.identity import OVERWRITES_PARTS, write_id
from flowstone.connectors.lake_formats import rows_of, write_parquet
from flowstone.connectors.merging import latest_of_each
from flowstone.connectors.occasions import OCCASIONS
from flowstone.connectors.options import Options
from flowstone.connectors.scratch import scratch_folder
from flowstone.connectors.sql_params import with_params
from flowstone.connectors.table_options import TableOrder, table_order
from flowstone.connectors.warehouse_types import warehouse_stream
from flowstone.errors.connectors import LocationMismatch, OptionInvalid, TargetMissing
from flowstone.model.connections import ConnectionSettings, Estimate, Frame, TableOptions, WriteContext, WritePlan
from flowstone.model.output import Receipt

if TYPE_CHECKING:
    from google.cloud.bigquery import Client, TableReference

OPTIONS = ACCESS_OPTIONS | {"dataset", "location", "storage_endpoint", "create_dataset", "maximum_bytes_billed"}
PATIENCE_S = 120.0
"""How long one request is repeated while the service is busy or away."""
NAME = re.compile(r"[\w-]{1,1024}")
PROJECT = re.compile(r"[a-z][a-z0-9.:-]{2,62}")


def connect(settings: ConnectionSettings, context: WriteContext) -> BigQueryWarehouse:
    """Open a dataset as a warehouse; nothing is asked of the service yet. Raises: SettingsInvalid."""
    options = Options(settings, known=OPTIONS)
    return BigQueryWarehouse(
        google_access(options),
        options.required("dataset"),
        context,
        location=options.text("location"),
        create_dataset=options.flag("create_dataset"),
        maximum_bytes_billed=options.count("maximum_bytes_billed"),
        storage_endpoint=options.text("storage_endpoint"),
    )


class BigQueryWarehouse:
    """The Warehouse of model/connections.py, over one dataset."""

    def __init__(
        self,
        access: GoogleAccess,
        dataset: str,
        context: WriteContext,
        *,
        location: str | None = None,
        create_dataset: bool = False,
        maximum_bytes_billed: int | None = None,
        storage_endpoint: str | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._access = access
        self._dataset_name = dataset
        self._context = context
        self._wanted_location = location
        self._create_dataset = create_dataset
        self._maximum_bytes_billed = maximum_bytes_billed
        self._storage_endpoint = storage_endpoint
        self._patience_s = patience_s

    def write(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> Receipt:
        """Write a frame as a table, or into one, by jobs whose names are known before they start.

        Raises: TargetExists, when the table is there and `if_exists` is "fail"; InputEmpty; SchemaMismatch;
            OptionInvalid; KeysInvalid; ValueNotStorable; LocationMismatch; JobFailed; the ConnectorError that fits.
        """
        with self._staged(frame, table, options) as write:
            OCCASIONS.note(self._context, write.name, write.id)
            return write_table(self._steps, write)

    def plan(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> WritePlan:
        """Say what `write` would do with the same arguments, and do none of it. Raises: what `write` would."""
        location = self._found_location()
        steps = Steps(self._client, self._runner_at(location), self._context, location)
        with self._staged(frame, table, options) as write:
            return plan_write(steps, write)

    @contextmanager
    def _staged(self, frame: Frame, table: str, options: TableOptions) -> Iterator[TableWrite]:
        """Bring the rows together in a file of this machine, and the options with them."""
        started = time.monotonic()
        stream, content = watched(warehouse_stream(frame))
        order = table_order(stream.schema, options)
        target = self._reference(table)
        with scratch_folder("bigquery") as folder:
            if order.if_exists == "merge":
                stream = latest_of_each(stream, order, folder)
            file = folder / "rows.parquet"
            write_parquet(stream, file, compression="snappy")
            id_ = write_id(self._context, target=str(target), action=order.if_exists, digest=content.digest)
            yield TableWrite(
                file=file,
                schema=stream.schema,
                rows=rows_of(file),
                digest=content.digest,
                id=id_,
                target=target,
                order=order,
                started=started,
                occasion=self._occasion(id_, str(target), order),
            )

    def _occasion(self, id_: str, target: str, order: TableOrder) -> str:
        return OCCASIONS.of(self._context, target, id_) if order.if_exists in OVERWRITES_PARTS else ""

    def read(self, table: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a whole table, or some of its columns. Raises: TargetMissing; OptionInvalid, for a missing column."""
        target = self._reference(table)
        with google_errors("reading", target=str(target)):
            found = self._client.get_table(target, retry=self._runner.retry)
            fields = {field.name: field for field in found.schema}
            missing = [name for name in columns or () if name not in fields]
            if missing:
                raise OptionInvalid(f"{target} has no column {missing[0]!r}", hint=f"It has {', '.join(fields)}.")
            # The service answers in the table's order, whatever order it was asked in.
            chosen = [field for field in found.schema if columns is None or field.name in columns]
            frame = self._frame(self._client.list_rows(found, selected_fields=chosen, retry=self._runner.retry))
            return frame if columns is None else frame[list(columns)]

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run a query and wait for its end; `$name` or `@name` stands for a param.

        Raises: JobFailed, with the service's words, also when `maximum_bytes_billed` would be passed.
        """
        config = self._query_config(params)
        if self._maximum_bytes_billed is not None:
            config.maximum_bytes_billed = self._maximum_bytes_billed
        text = with_params(sql, params, spelled=lambda name: f"@{name}")
        with google_errors("querying", target=str(self._dataset_reference)):
            job = self._client.query(text, job_config=config, location=self._location, retry=self._runner.retry)
            return self._frame(job.result(retry=self._runner.retry))

    def estimate(self, sql: str, params: Mapping[str, Any] | None = None) -> Estimate:
        """Ask, by a dry run that costs nothing, how many bytes a query would read. Raises: JobFailed."""
        config = self._query_config(params)
        config.dry_run, config.use_query_cache = True, False
        text = with_params(sql, params, spelled=lambda name: f"@{name}")
        with google_errors("estimating a query on", target=str(self._dataset_reference)):
            job = self._client.query(text, job_config=config, location=self._location, retry=self._runner.retry)
        return Estimate(size_bytes=job.total_bytes_processed)

    @cached_property
    def _client(self) -> Client:
        from google.cloud import bigquery

        with google_errors("signing in to", target=f"dataset {self._dataset_name}"):
            return bigquery.Client(**self._access.client_arguments())

    @cached_property
    def _runner(self) -> JobRunner:
        return self._runner_at(self._location)

    def _runner_at(self, location: str | None) -> JobRunner:
        return JobRunner(self._client, location, patience_s=self._patience_s)

    @property
    def _steps(self) -> Steps:
        budget = self._maximum_bytes_billed
        return Steps(self._client, self._runner, self._context, self._location, maximum_bytes_billed=budget)

    @cached_property
    def _dataset_reference(self) -> Any:
        from google.cloud.bigquery import DatasetReference

        project, _, dataset = self._dataset_name.rpartition(".")
        project = project or self._client.project
        if not (NAME.fullmatch(dataset) and PROJECT.fullmatch(project)):
            raise OptionInvalid(
                f"{self._dataset_name!r} is no dataset's name", hint="Write dataset or project.dataset."
            )
        return DatasetReference(project, dataset)

    @cached_property
    def _location(self) -> str:
        """Where the dataset is, made if that was asked for; compared with the settings before any job."""
        return self._found_location() or self._made_location()

    def _found_location(self) -> str | None:
        """Look where the dataset is; None when it is yet to be made. Raises: TargetMissing; LocationMismatch."""
        from google.api_core.exceptions import NotFound

        with google_errors("looking at the dataset", target=str(self._dataset_reference)):
            try:
                found = self._client.get_dataset(self._dataset_reference, retry=self._retry)
            except NotFound:
                if self._create_dataset:
                    return None
                raise TargetMissing(
                    f"The dataset {self._dataset_reference} does not exist",
                    hint="Create it, or set create_dataset: true on the connection.",
                    details={"target": str(self._dataset_reference)},
                ) from None
        self._check_location(str(found.location))
        return str(found.location)

    def _made_location(self) -> str:
        from google.cloud.bigquery import Dataset

        wanted = Dataset(self._dataset_reference)
        wanted.location = self._wanted_location
        with google_errors("making the dataset", target=str(self._dataset_reference)):
            made = self._client.create_dataset(wanted, exists_ok=True, retry=self._retry)
        self._check_location(str(made.location))
        return str(made.location)

    @property
    def _retry(self) -> Any:
        from google.cloud.bigquery import DEFAULT_RETRY

        return DEFAULT_RETRY.with_timeout(self._patience_s)

    def _check_location(self, location: str) -> None:
        if self._wanted_location and self._wanted_location.lower() != location.lower():
            raise LocationMismatch(
                f"The dataset {self._dataset_reference} is in {location}, the connection says {self._wanted_location}",
                hint="Correct `location`, or leave it out; data cannot cross locations within a job.",
                details={"dataset": location, "connection": self._wanted_location},
            )

    def _reference(self, table: str) -> TableReference:
        from google.cloud.bigquery import DatasetReference

        parts = table.split(".")
        dataset = self._dataset_reference
        if len(parts) > 3 or not all(NAME.fullmatch(part) for part in parts[-2:]):
            raise OptionInvalid(
                f"{table!r} is no table's name", hint="Write table, dataset.table or project.dataset.table."
            )
        if len(parts) == 3 and not PROJECT.fullmatch(parts[0]):
            raise OptionInvalid(f"{parts[0]!r} is no project's name")
        project = parts[0] if len(parts) == 3 else dataset.project
        return DatasetReference(project, parts[-2] if len(parts) > 1 else dataset.dataset_id).table(parts[-1])

    def _query_config(self, params: Mapping[str, Any] | None) -> Any:
        from google.cloud.bigquery import QueryJobConfig

        return QueryJobConfig(
            default_dataset=self._dataset_reference,
            query_parameters=[_query_parameter(name, value) for name, value in (params or {}).items()],
            labels=labels_of(self._context),
        )

    def _frame(self, rows: Any) -> pd.DataFrame:
        frame: pd.DataFrame = self._table(rows).to_pandas()
        return frame

    def _table(self, rows: Any) -> Any:
        """Fetch rows as Arrow: through the Storage API where it can be reached, else page by page."""
        if self._storage_endpoint:
            return rows.to_arrow(bqstorage_client=self._storage_client(self._storage_endpoint))
        return rows.to_arrow(create_bqstorage_client=self._access.endpoint is None)

    def _storage_client(self, endpoint: str) -> Any:
        import grpc  # type: ignore[import-untyped]
        from google.cloud.bigquery_storage_v1 import BigQueryReadClient
        from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport

        channel = grpc.insecure_channel(endpoint)
        make_client: Any = BigQueryReadClient
        return make_client(transport=BigQueryReadGrpcTransport(channel=channel))


_PARAM_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (Decimal, "BIGNUMERIC"),
    (str, "STRING"),
    (bytes, "BYTES"),
    (dt.datetime, "TIMESTAMP"),
    (dt.date, "DATE"),
    (dt.time, "TIME"),
)


def _query_parameter(name: str, value: Any) -> Any:
    from google.cloud.bigquery import ArrayQueryParameter, ScalarQueryParameter

    if isinstance(value, (list, tuple, set, frozenset)):
        values = list(value)
        return ArrayQueryParameter(name, _param_type(name, values[0]) if values else "STRING", values)
    return ScalarQueryParameter(name, _param_type(name, value), value)


def _param_type(name: str, value: Any) -> str:
    if value is None:
        return "STRING"
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return "DATETIME"
    for type_, word in _PARAM_TYPES:
        if isinstance(value, type_):
            return word
    raise OptionInvalid(f"The param {name!r} is a {type(value).__name__}, which BigQuery cannot bind")
