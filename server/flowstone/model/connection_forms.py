"""What a connection of each type is asked for: the forms of the browser, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["text", "path", "url", "integer", "boolean", "secret"]


@dataclass(frozen=True, slots=True)
class OptionField:
    """An option of a connection. `is_rare` ones are shown when asked for."""

    name: str
    label: str
    kind: FieldKind = "text"
    is_required: bool = False
    hint: str = ""
    is_rare: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """The form of one type."""

    type: str
    title: str
    stores: Literal["files", "tables"]
    fields: tuple[OptionField, ...]


_GOOGLE = (
    OptionField("project", "Project", hint="The project that is billed; that of the credentials if left out"),
    OptionField("credentials_file", "Key file", "path", hint="A service account's key file, best as ${env:NAME}"),
    OptionField("credentials", "Key", "secret", hint="A service account's key itself, as JSON"),
    OptionField("endpoint", "Endpoint", "url", hint="Another address, such as an emulator's", is_rare=True),
    OptionField("anonymous", "Without credentials", "boolean", is_rare=True),
)

CONNECTION_FORMS = (
    ConnectionForm(
        "local",
        "Folder",
        "files",
        (OptionField("path", "Folder", "path", is_required=True, hint="From the project's folder"),),
    ),
    ConnectionForm(
        "gcs",
        "Google Cloud Storage",
        "files",
        (
            OptionField("bucket", "Bucket", is_required=True),
            OptionField("prefix", "Prefix", hint="Put before every path, so that projects can share a bucket"),
            *_GOOGLE,
        ),
    ),
    ConnectionForm(
        "duckdb",
        "DuckDB file",
        "tables",
        (OptionField("path", "File", "path", is_required=True, hint="From the project's folder"),),
    ),
    ConnectionForm(
        "bigquery",
        "BigQuery",
        "tables",
        (
            OptionField("dataset", "Dataset", is_required=True, hint="project.dataset for one of another project"),
            OptionField("location", "Location", hint="Where the dataset must be, such as EU"),
            OptionField(
                "maximum_bytes_billed", "Most bytes billed", "integer", hint="A query that would read more fails"
            ),
            *_GOOGLE,
            OptionField("create_dataset", "Make the dataset if it is missing", "boolean", is_rare=True),
            OptionField("storage_endpoint", "Storage endpoint", "url", is_rare=True),
        ),
    ),
    ConnectionForm(
        "postgres",
        "PostgreSQL",
        "tables",
        (
            OptionField("url", "Address", "url", is_required=True, hint="postgresql://user@host:5432/database"),
            OptionField("password", "Password", "secret"),
            OptionField("schema", "Schema", hint="public if left out"),
        ),
    ),
)


def form_of(kind: str) -> ConnectionForm | None:
    """Return a type's form; None for one that a plugin brings."""
    return next((form for form in CONNECTION_FORMS if form.type == kind), None)
