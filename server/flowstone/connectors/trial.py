"""A connection tried out, step by step, without writing anything: what is missing is named, with what to do next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flowstone.connectors.google_access import GoogleAccess, google_access
from flowstone.connectors.google_errors import google_errors
from flowstone.connectors.options import Options
from flowstone.connectors.registry import open_connection
from flowstone.errors.base import FlowstoneError
from flowstone.model.connections import ConnectionSettings, WriteContext

ANSWER_S = 8.0
OBJECT_PERMISSIONS = ("storage.objects.list", "storage.objects.get", "storage.objects.create", "storage.objects.delete")
DATASET_ROLE = "Grant the account BigQuery Data Editor on the dataset, and BigQuery Job User on the project."
BUCKET_ROLE = "Grant the account Storage Object User (roles/storage.objectUser) on the bucket."


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One thing that was tried. `state` failed ends the trial; noted is no failure, and worth knowing."""

    what: str
    state: Literal["ok", "failed", "noted"]
    message: str = ""
    hint: str = ""
    code: str = ""


def trial(settings: ConnectionSettings) -> Iterator[TrialStep]:
    """Try a connection; the first step that fails is the last."""
    steps = TRIALS.get(settings.type, _plugin)
    what = "Settings"
    try:
        for step in steps(settings):
            what = step.what
            yield step
            if step.state == "failed":
                return
    except FlowstoneError as wrong:
        yield TrialStep(_next(settings.type, what), "failed", wrong.message, wrong.hint, wrong.code)


def _next(kind: str, done: str) -> str:
    """Return which step it was that raised: the one after the last that was done."""
    names = ("Settings", *ORDER.get(kind, ("Opened",)))
    at = names.index(done) if done in names else 0
    return names[min(at + 1, len(names) - 1)] if done != "Settings" or kind not in ORDER else names[1]


def _local(settings: ConnectionSettings) -> Iterator[TrialStep]:
    folder = Options(settings, known=frozenset({"path"})).path("path")
    if folder.exists() and not folder.is_dir():
        yield TrialStep("Folder", "failed", f"{folder} is a file", "Name a folder.", "target_exists")
        return
    yield from _writable("Folder", folder, is_folder=True)


def _duckdb(settings: ConnectionSettings) -> Iterator[TrialStep]:
    file = Options(settings, known=frozenset({"path"})).path("path")
    if not file.exists():
        yield from _writable("File", file, is_folder=False)
        return
    import duckdb

    try:
        with duckdb.connect(str(file), read_only=True) as db:
            found = db.execute("SELECT count(*) FROM duckdb_tables() WHERE NOT internal").fetchone()
    except duckdb.Error as wrong:
        words = str(wrong).split("\n", maxsplit=1)[0]
        is_locked = "lock" in words.lower()
        hint = (
            "Another process has it open: end that one." if is_locked else "Name another file, or move this one away."
        )
        yield TrialStep("File", "failed", f"{file} cannot be opened: {words}", hint, "service_unavailable")
        return
    yield TrialStep("File", "ok", f"{file.name} has {0 if found is None else found[0]} tables")
    yield from _writable("Writing", file, is_folder=False)


def _writable(what: str, path: Path, *, is_folder: bool) -> Iterator[TrialStep]:
    above = path if path.exists() else next(parent for parent in path.parents if parent.exists())
    if not os.access(above, os.W_OK | (os.X_OK if above.is_dir() else 0)):
        yield TrialStep(
            what, "failed", f"{above} cannot be written to", "Change its owner or mode.", "permission_missing"
        )
    elif path.exists():
        yield TrialStep(what, "ok", f"{path} can be written to")
    else:
        kind = "folder" if is_folder else "file"
        yield TrialStep(what, "noted", f"The {kind} {path} is not there yet; it is made at the first write")


def _postgres(settings: ConnectionSettings) -> Iterator[TrialStep]:
    import psycopg

    from flowstone.connectors.postgres import PostgresWarehouse

    warehouse = open_connection(settings, WriteContext())
    assert isinstance(warehouse, PostgresWarehouse)
    try:
        with psycopg.connect(**warehouse.address(timeout_s=int(ANSWER_S))) as db:
            yield TrialStep(
                "Connected", "ok", f"{db.info.host}:{db.info.port}, PostgreSQL {db.info.server_version // 10000}"
            )
            schema = Options(settings, known=frozenset({"url", "schema", "password"})).text("schema") or "public"
            yield from _schema(db, schema)
    except psycopg.Error as failed:
        yield _postgres_failure(failed, settings)


def _schema(db: Any, schema: str) -> Iterator[TrialStep]:
    if db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is None:
        yield TrialStep(
            "Schema", "failed", f"There is no schema {schema}", f"Make it: CREATE SCHEMA {schema}", "target_missing"
        )
        return
    yield TrialStep("Schema", "ok", f"{schema} is there")
    for permission in ("USAGE", "CREATE"):
        if not db.execute("SELECT has_schema_privilege(%s, %s)", [schema, permission]).fetchone()[0]:
            user = db.info.user
            yield TrialStep(
                "Permissions",
                "failed",
                f"The user {user} lacks {permission} on the schema {schema}",
                f"Ask its owner: GRANT {permission} ON SCHEMA {schema} TO {user}",
                "permission_missing",
            )
            return
    yield TrialStep("Permissions", "ok", "Tables can be made and read")


def _postgres_failure(failed: Any, settings: ConnectionSettings) -> TrialStep:
    from urllib.parse import urlsplit

    words = " ".join(str(failed).split())
    found = urlsplit(str(settings.options.get("url", "")))
    place = f"{found.hostname or 'localhost'}:{found.port or 5432}"
    for sign, message, hint, code in (
        (
            "password authentication failed",
            f"{place} does not take the password of {found.username}",
            "Write the right password.",
            "credentials_missing",
        ),
        (
            "no password supplied",
            f"{place} asks for a password, and there is none",
            "Write the password into the form.",
            "credentials_missing",
        ),
        (
            "does not exist",
            f"There is no such database or user at {place}: {words}",
            "Check the end of the address, and the user.",
            "target_missing",
        ),
        (
            "resolve host",
            f"There is no host {found.hostname}",
            "Check the host's name in the address.",
            "service_unavailable",
        ),
        (
            "could not translate",
            f"There is no host {found.hostname}",
            "Check the host's name in the address.",
            "service_unavailable",
        ),
        (
            "Name or service not known",
            f"There is no host {found.hostname}",
            "Check the host's name in the address.",
            "service_unavailable",
        ),
        (
            "refused",
            f"Nothing listens at {place}",
            "Check host and port, and that the server runs.",
            "service_unavailable",
        ),
        (
            "timeout",
            f"{place} does not answer within {ANSWER_S:g} s",
            "Check host and port, VPN and firewall.",
            "service_unavailable",
        ),
    ):
        if sign in words:
            return TrialStep("Connected", "failed", message, hint, code)
    return TrialStep("Connected", "failed", f"{place}: {words}", "Mend what it names.", "service_unavailable")


def _gcs(settings: ConnectionSettings) -> Iterator[TrialStep]:
    from google.cloud import storage

    options = Options(settings, known=frozenset(settings.options))
    access = google_access(options)
    bucket_name = options.required("bucket")
    arguments = access.client_arguments()
    yield _credentials(access, arguments)
    bucket = storage.Client(**arguments).bucket(bucket_name)
    target = f"gs://{bucket_name}"
    with google_errors("listing", target=target):
        prefix = options.text("prefix")
        found = list(bucket.client.list_blobs(bucket, prefix=prefix, max_results=1, timeout=ANSWER_S, retry=None))
    yield TrialStep("Bucket", "ok", f"{target} is there" + ("" if found else ", and empty below the prefix"))
    if access.is_anonymous:
        yield TrialStep("Permissions", "noted", "An emulator has none to look at")
        return
    with google_errors("asking for the permissions on", target=target):
        has = set(bucket.test_iam_permissions(list(OBJECT_PERMISSIONS), timeout=ANSWER_S))
    yield _permissions([one for one in OBJECT_PERMISSIONS if one not in has], target, BUCKET_ROLE)


def _permissions(missing: list[str], target: str, hint: str) -> TrialStep:
    if missing:
        names = ", ".join(missing)
        return TrialStep(
            "Permissions", "failed", f"The permission {names} on {target} is missing", hint, "permission_missing"
        )
    return TrialStep("Permissions", "ok", "Objects can be listed, read, written and deleted")


def _bigquery(settings: ConnectionSettings) -> Iterator[TrialStep]:
    from google.cloud import bigquery

    options = Options(settings, known=frozenset(settings.options))
    access = google_access(options)
    arguments = access.client_arguments()
    yield _credentials(access, arguments)
    client = bigquery.Client(**arguments)
    dataset = options.required("dataset")
    name = dataset if "." in dataset else f"{client.project}.{dataset}"
    with google_errors("looking at", target=name):
        found = client.get_dataset(name, retry=None, timeout=ANSWER_S)  # type: ignore[arg-type]
    yield TrialStep("Dataset", "ok", f"{name} is there, in {found.location}")
    wanted = options.text("location")
    if wanted and found.location and wanted.lower() != found.location.lower():
        message = f"{name} is in {found.location}, and the connection says {wanted}"
        yield TrialStep("Location", "failed", message, "Change the location, or leave it out.", "location_mismatch")
        return
    with google_errors("starting a job in", target=client.project):
        config = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False)
        client.query("SELECT 1", job_config=config, location=found.location, retry=None, timeout=ANSWER_S)  # type: ignore[arg-type]
    yield TrialStep("Jobs", "ok", f"Jobs can be started in {client.project}; a dry run, which costs nothing")


def _credentials(access: GoogleAccess, arguments: Mapping[str, Any]) -> TrialStep:
    if access.is_anonymous:
        return TrialStep("Credentials", "noted", "None are sent: the address is an emulator's")
    account = getattr(arguments["credentials"], "service_account_email", None)
    return TrialStep("Credentials", "ok", f"Signed in as {account}" if account and account != "default" else "Found")


def _plugin(settings: ConnectionSettings) -> Iterator[TrialStep]:
    open_connection(settings, WriteContext())
    yield TrialStep("Opened", "noted", f"Nothing more is known of how {settings.type} is tried")


TRIALS: Mapping[str, Callable[[ConnectionSettings], Iterator[TrialStep]]] = {
    "local": _local,
    "duckdb": _duckdb,
    "postgres": _postgres,
    "gcs": _gcs,
    "bigquery": _bigquery,
}
ORDER: Mapping[str, tuple[str, ...]] = {
    "local": ("Folder",),
    "duckdb": ("File", "Writing"),
    "postgres": ("Connected", "Schema", "Permissions"),
    "gcs": ("Credentials", "Bucket", "Permissions"),
    "bigquery": ("Credentials", "Dataset", "Location", "Jobs"),
}
"""What each step is called, in order."""
