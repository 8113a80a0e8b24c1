"""A BigQuery at the level of HTTP: what Google's own client says to it is answered, noted and, when asked, spoilt.

It keeps a ledger of the jobs that were applied, so that a test can count "once"; it can lose a reply after it
acted, answer with an error before it acts, and leave jobs pending. Tables are kept as Arrow.
"""

from __future__ import annotations

import datetime as dt
import email.parser
import gzip
import io
import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tests.kit.emulators import PROJECT, BigQueryEmulator


@dataclass(frozen=True, slots=True)
class Applied:
    """A job that changed a table."""

    kind: str
    job_id: str
    table: str
    rows: int


@dataclass(slots=True)
class Trouble:
    """What goes wrong with requests whose "METHOD path" matches: an error instead of acting, or a reply lost after."""

    request: str
    status: int | None = None
    reason: str = ""
    message: str = "made up for a test"
    times: int = 1
    after: int = 0
    """How many matching requests go well before."""


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(slots=True)
class FakeBigQuery:
    """The whole service's state; thread-safe through one lock."""

    location: str = "EU"
    query_bytes: int = 10**9
    pending_polls: int = 0
    failing_jobs: dict[str, str] = field(default_factory=dict)
    """For a kind of job, the reason that the next one of it ends with."""
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, pa.Table] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, tuple[dict[str, Any], bytes]] = field(default_factory=dict)
    ledger: list[Applied] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    lock: Any = field(default_factory=threading.RLock)
    clock_ms: Callable[[], int] = field(default=lambda: int(time.time() * 1000))

    def trouble(self, request: str, **what: Any) -> None:
        """Spoil the next matching requests. With no status the request is applied and its reply lost."""
        self.troubles.append(Trouble(request, **what))

    def trouble_after(self, requests: int, **what: Any) -> None:
        """Spoil the request that follows so many others, whatever it is."""
        self.troubles.append(Trouble("", after=requests, **what))

    def take_trouble(self, request: str) -> Trouble | None:
        """Return the trouble that this request meets, using it up."""
        for trouble in self.troubles:
            if trouble.times and re.search(trouble.request, request):
                if trouble.after:
                    trouble.after -= 1
                    continue
                trouble.times -= 1
                return trouble
        return None

    def read(self, name: str) -> Any:
        """Return a table's rows as a frame."""
        return self.rows[name].to_pandas()

    def applied(self, kind: str) -> list[Applied]:
        """Return the ledger's jobs of a kind."""
        return [one for one in self.ledger if one.kind == kind]

    # What follows answers requests; each returns a JSON document or raises Refused.

    def get_dataset(self, name: str) -> dict[str, Any]:
        if name not in self.datasets:
            raise Refused(404, "notFound", f"Not found: Dataset {PROJECT}:{name}")
        return self.datasets[name]

    def make_dataset(self, document: dict[str, Any]) -> dict[str, Any]:
        name = document["datasetReference"]["datasetId"]
        if name in self.datasets:
            raise Refused(409, "duplicate", f"Already Exists: Dataset {PROJECT}:{name}")
        self.datasets[name] = {**document, "location": document.get("location") or self.location}
        self.datasets[name]["id"] = f"{PROJECT}:{name}"
        return self.datasets[name]

    def get_table(self, name: str) -> dict[str, Any]:
        if name not in self.tables:
            raise Refused(404, "notFound", f"Not found: Table {PROJECT}:{name}")
        return {**self.tables[name], "numRows": str(self.rows[name].num_rows)}

    def make_table(self, document: dict[str, Any]) -> dict[str, Any]:
        name = _table_name(document["tableReference"])
        self.get_dataset(name.split(".")[0])
        if name in self.tables:
            raise Refused(409, "duplicate", f"Already Exists: Table {PROJECT}:{name}")
        self.tables[name] = {"type": "TABLE", **document, "creationTime": str(self.clock_ms())}
        self.rows[name] = pa.table({})
        self._touch(name)
        return self.tables[name]

    def change_table(self, name: str, document: dict[str, Any]) -> dict[str, Any]:
        self.get_table(name)
        self.tables[name].update({key: value for key, value in document.items() if key != "tableReference"})
        self._touch(name)
        return self.tables[name]

    def delete_table(self, name: str) -> dict[str, Any]:
        self.get_table(name)
        del self.tables[name], self.rows[name]
        return {}

    def start_job(self, document: dict[str, Any], content: bytes | None) -> dict[str, Any]:
        job_id = document.get("jobReference", {}).get("jobId") or uuid.uuid4().hex
        if job_id in self.jobs:
            raise Refused(409, "duplicate", f"Already Exists: Job {PROJECT}:{self.location}.{job_id}")
        configuration = document["configuration"]
        kind = next(word for word in ("load", "copy", "query") if word in configuration)
        job: dict[str, Any] = {
            "kind": "bigquery#job",
            "id": f"{PROJECT}:{self.location}.{job_id}",
            "jobReference": {"projectId": PROJECT, "jobId": job_id, "location": self.location},
            "configuration": {**configuration, "jobType": kind.upper()},
            "statistics": {"creationTime": str(self.clock_ms()), "startTime": str(self.clock_ms())},
            "status": {"state": "DONE"},
            "polls": self.pending_polls,
        }
        self._run(job, kind, configuration, content)
        job["statistics"]["endTime"] = str(self.clock_ms())
        if not configuration.get("dryRun"):
            self.jobs[job_id] = job
        return self._shown(job)

    def _run(self, job: dict[str, Any], kind: str, configuration: dict[str, Any], content: bytes | None) -> None:
        reason = self.failing_jobs.pop(kind, None)
        try:
            if reason:
                raise Refused(400, reason, f"made up: {reason}")
            getattr(self, f"_{kind}")(job, configuration, content)
        except Refused as failed:
            if configuration.get("dryRun"):
                raise
            error = {"reason": failed.reason, "message": str(failed)}
            job["status"].update(errorResult=error, errors=[error])

    def _load(self, job: dict[str, Any], configuration: dict[str, Any], content: bytes | None) -> None:
        load = configuration["load"]
        name = _table_name(load["destinationTable"])
        rows = pq.read_table(io.BytesIO(content or b""))
        before = self.rows.get(name) if name in self.tables else None
        if load["writeDisposition"] == "WRITE_EMPTY" and before is not None and before.num_rows:
            raise Refused(409, "duplicate", f"Already Exists: Table {PROJECT}:{name}")
        if load["writeDisposition"] == "WRITE_APPEND" and before is not None and before.num_rows:
            rows = pa.concat_tables([before, rows], promote_options="default")
        self._put(name, rows, load)
        job["statistics"]["load"] = {"outputRows": str(rows.num_rows), "outputBytes": "1"}
        self._note("load", job, name, rows.num_rows)

    def _put(self, name: str, rows: pa.Table, load: dict[str, Any]) -> None:
        if name not in self.tables:
            dataset, table = name.split(".")
            reference = {"projectId": PROJECT, "datasetId": dataset, "tableId": table}
            self.get_dataset(dataset)
            layout: dict[str, Any] = {
                key: load[key] for key in ("schema", "timePartitioning", "clustering") if key in load
            }
            self.tables[name] = {"type": "TABLE", "tableReference": reference, **layout}
        self.rows[name] = rows
        self._touch(name)

    def _copy(self, job: dict[str, Any], configuration: dict[str, Any], _: bytes | None) -> None:
        copy = configuration["copy"]
        source, name = _table_name(copy["sourceTables"][0]), _table_name(copy["destinationTable"])
        if "$" in name:
            self._copy_partition(job, source.split("$")[0], name)
            return
        document = self.get_table(source)
        layout: dict[str, Any] = {
            key: document[key] for key in ("schema", "timePartitioning", "clustering") if key in document
        }
        self.tables[name] = {"type": "TABLE", "tableReference": copy["destinationTable"], **layout}
        self.rows[name] = self.rows[source]
        self._touch(name)
        self._note("copy", job, name, self.rows[name].num_rows)

    def _copy_partition(self, job: dict[str, Any], source: str, target: str) -> None:
        name, partition = target.split("$")
        self.get_table(source)
        layout = self.get_table(name)["timePartitioning"]
        names = [[field["name"] for field in self.tables[one]["schema"]["fields"]] for one in (source, name)]
        if names[0] != names[1]:
            raise Refused(400, "invalid", f"Provided Schema does not match Table {PROJECT}:{name}: {names}")
        rows = pa.concat_tables(
            [
                self.rows[name].filter(pc.invert(_is_in(self.rows[name], partition, layout))),
                self.rows[source].filter(_is_in(self.rows[source], partition, layout)),
            ],
            promote_options="default",
        )
        self.rows[name] = rows
        self._touch(name)
        self._note("copy", job, target, rows.num_rows)

    def _merge(self, job: dict[str, Any], sql: str) -> None:
        """Run a MERGE in DuckDB, whose words for it are the same."""
        name, source = (found.removeprefix(f"{PROJECT}.") for found in re.findall(rf"`({PROJECT}[^`]+)`", sql)[:2])
        with duckdb.connect() as db:
            db.register("source_rows", self.rows[source])
            db.register("target_rows", self._with_all_columns(name))
            db.execute("SET TimeZone = 'UTC'; CREATE TABLE target AS SELECT * FROM target_rows")
            words = sql.replace(f"`{PROJECT}.{name}`", "target").replace(f"`{PROJECT}.{source}`", "source_rows")
            db.execute(words.replace("`", '"'))
            self.rows[name] = db.sql("SELECT * FROM target").to_arrow_table()
        job["statistics"]["query"] = {"statementType": "MERGE"}
        self._touch(name)
        self._note("merge", job, name, self.rows[name].num_rows)

    def _with_all_columns(self, name: str) -> pa.Table:
        """Return a table's rows with the columns that it was given later, or has no rows for yet."""
        rows = self.rows[name]
        for column in self.tables[name]["schema"]["fields"]:
            if column["name"] not in rows.column_names:
                rows = rows.append_column(column["name"], pa.nulls(rows.num_rows, _ARROW[column["type"]]))
        return rows

    def _query(self, job: dict[str, Any], configuration: dict[str, Any], _: bytes | None) -> None:
        limit = configuration["query"].get("maximumBytesBilled")
        if limit and int(limit) < self.query_bytes:
            words = f"Query exceeded limit for bytes billed: {limit}. {self.query_bytes} or higher required."
            raise Refused(400, "bytesBilledLimitExceeded", words)
        if configuration["query"]["query"].startswith("MERGE"):
            self._merge(job, configuration["query"]["query"])
            return
        job["statistics"]["totalBytesProcessed"] = str(self.query_bytes)
        job["statistics"]["query"] = {"totalBytesProcessed": str(self.query_bytes), "statementType": "SELECT"}

    def _note(self, kind: str, job: dict[str, Any], name: str, rows: int) -> None:
        self.ledger.append(Applied(kind, job["jobReference"]["jobId"], name, rows))

    def _touch(self, name: str) -> None:
        self.tables[name]["lastModifiedTime"] = str(self.clock_ms())

    def get_job(self, job_id: str) -> dict[str, Any]:
        if job_id not in self.jobs:
            raise Refused(404, "notFound", f"Not found: Job {PROJECT}:{job_id}")
        job = self.jobs[job_id]
        job["polls"] = max(0, job["polls"] - 1)
        return self._shown(job)

    def get_query(self, job_id: str) -> dict[str, Any]:
        """Answer with the rows of a query, which are none: the fake runs only what changes tables."""
        job = self.get_job(job_id)
        is_done = job["status"]["state"] == "DONE"
        return {"jobReference": job["jobReference"], "jobComplete": is_done, "totalRows": "0"}

    def _shown(self, job: dict[str, Any]) -> dict[str, Any]:
        shown = {key: value for key, value in job.items() if key != "polls"}
        return {**shown, "status": {"state": "RUNNING"}} if job["polls"] else shown

    def list_rows(self, name: str, selected: list[str]) -> dict[str, Any]:
        fields = [one for one in self.get_table(name)["schema"]["fields"] if not selected or one["name"] in selected]
        records = self.rows[name].to_pylist()
        return {"totalRows": str(len(records)), "rows": [_row(record, fields) for record in records]}

    @contextmanager
    def running(self) -> Iterator[BigQueryEmulator]:
        """Serve on a free port of this machine."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield BigQueryEmulator(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


_ARROW = {
    "INTEGER": pa.int64(),
    "FLOAT": pa.float64(),
    "STRING": pa.string(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
    "DATETIME": pa.timestamp("us"),
    "BYTES": pa.binary(),
    "TIME": pa.time64("us"),
}
"""The types of columns that a table is given before it has rows for them."""


def _is_in(rows: pa.Table, partition: str, layout: dict[str, Any]) -> pa.ChunkedArray:
    words = {"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}[layout["type"]]
    starts = pc.floor_temporal(rows.column(layout["field"]).cast(pa.timestamp("us")), unit=layout["type"].lower())
    names = pc.strftime(starts.cast(pa.timestamp("s")), format=words)
    return pc.equal(pc.fill_null(names, "__NULL__"), partition)


def _table_name(reference: dict[str, Any]) -> str:
    return f"{reference['datasetId']}.{reference['tableId']}"


def _row(record: dict[str, Any], fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"f": [{"v": _cell(record.get(one["name"]), one)} for one in fields]}


def _cell(value: Any, field: dict[str, Any]) -> Any:
    if field.get("mode") == "REPEATED":
        return [{"v": _cell(item, {**field, "mode": "NULLABLE"})} for item in value or []]
    if value is None:
        return None
    if field["type"] == "RECORD":
        return _row(value, field["fields"])
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime) and value.tzinfo:
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return str((value - epoch) // dt.timedelta(microseconds=1))
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value) if not isinstance(value, Decimal) else f"{value:f}"


class _Handler(BaseHTTPRequestHandler):
    """Says over HTTP what FakeBigQuery answers."""

    fake: FakeBigQuery
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - names that http.server wants

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        url = urlsplit(self.path)
        request = f"{self.command} {url.path}"
        with self.fake.lock:
            self.fake.requests.append(request)
            trouble = self.fake.take_trouble(request)
            try:
                if trouble and trouble.status:
                    raise Refused(trouble.status, trouble.reason, trouble.message)
                document, headers = self._act(url.path, parse_qs(url.query), body)
            except Refused as refused:
                error = {"reason": refused.reason, "message": str(refused), "domain": "global"}
                document = {"error": {"code": refused.status, "message": str(refused), "errors": [error]}}
                self._send(refused.status, document, {})
                return
        if trouble:
            self.close_connection = True
            self.connection.close()
        else:
            self._send(200, document, headers)

    def _send(self, status: int, document: dict[str, Any], headers: dict[str, str]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _act(self, path: str, query: dict[str, Any], body: bytes) -> tuple[dict[str, Any], dict[str, str]]:
        if path.startswith("/upload/"):
            return self._upload(query, body)
        document = json.loads(body) if body else {}
        for method, pattern, act in self._routes(document):
            found = re.fullmatch(f"/bigquery/v2/projects/[^/]+/{pattern}", path)
            if found and method == self.command:
                return act(*found.groups()), {}
        raise Refused(404, "notFound", f"the fake knows no {self.command} {path}")

    def _rows(self, dataset: str, table: str) -> dict[str, Any]:
        selected = parse_qs(urlsplit(self.path).query).get("selectedFields", [""])[0]
        return self.fake.list_rows(f"{dataset}.{table}", selected.split(",") if selected else [])

    def _routes(self, document: dict[str, Any]) -> list[tuple[str, str, Callable[..., dict[str, Any]]]]:
        fake = self.fake
        return [
            ("POST", "datasets", lambda: fake.make_dataset(document)),
            ("GET", "datasets/([^/]+)", fake.get_dataset),
            ("POST", "datasets/[^/]+/tables", lambda: fake.make_table(document)),
            ("GET", "datasets/([^/]+)/tables/([^/]+)", lambda d, t: fake.get_table(f"{d}.{t}")),
            ("PATCH", "datasets/([^/]+)/tables/([^/]+)", lambda d, t: fake.change_table(f"{d}.{t}", document)),
            ("DELETE", "datasets/([^/]+)/tables/([^/]+)", lambda d, t: fake.delete_table(f"{d}.{t}")),
            ("GET", "datasets/([^/]+)/tables/([^/]+)/data", self._rows),
            ("POST", "jobs", lambda: fake.start_job(document, None)),
            ("GET", "jobs/([^/]+)", fake.get_job),
            ("GET", "queries/([^/]+)", fake.get_query),
        ]

    def _upload(self, query: dict[str, Any], body: bytes) -> tuple[dict[str, Any], dict[str, str]]:
        if query["uploadType"] == ["multipart"]:
            parts = _multipart(self.headers["Content-Type"], body)
            return self.fake.start_job(json.loads(parts[0]), parts[1]), {}
        if "upload_id" not in query:
            name = uuid.uuid4().hex
            self.fake.uploads[name] = (json.loads(body), b"")
            host = f"http://127.0.0.1:{self.connection.getsockname()[1]}"
            return {}, {"Location": f"{host}{self.path}&upload_id={name}"}
        return self._upload_chunk(query["upload_id"][0], body)

    def _upload_chunk(self, name: str, body: bytes) -> tuple[dict[str, Any], dict[str, str]]:
        document, so_far = self.fake.uploads[name]
        self.fake.uploads[name] = (document, so_far + body)
        return self.fake.start_job(document, so_far + body), {}


def _multipart(content_type: str, body: bytes) -> list[bytes]:
    boundary = email.parser.Parser().parsestr(f"Content-Type: {content_type}\n\n").get_boundary() or ""
    sections = body.split(b"--" + boundary.encode())[1:-1]
    return [section.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n") for section in sections]
