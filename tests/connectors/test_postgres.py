"""PostgreSQL's own: who may do what, and what its errors and receipts must not say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import psycopg
import pytest
from tests.kit.frames import same_rows
from tests.kit.warehouses import IN_RUN, LATER_RUN, fresh_name, opener

from flowstone.connectors.postgres import connect
from flowstone.errors.connectors import JobFailed, ServiceUnavailable, SettingsInvalid, ValueNotStorable
from flowstone.model.connections import ConnectionSettings

SMALL = pd.DataFrame({"whole": [1, 2], "text": ["a", "b"]})


def test_a_user_who_may_not_make_schemas_can_write(postgres_url: str, tmp_path: Path) -> None:
    """Exporters should run with few rights: those of one schema that is there."""
    schema, user = fresh_name("s"), fresh_name("u")
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'x'")
        db.execute(f"CREATE SCHEMA {schema} AUTHORIZATION {user}")
    url = postgres_url.replace("postgres@", f"{user}:x@")
    open_it = opener("postgres", tmp_path, {"url": url, "schema": schema})

    open_it(IN_RUN).write(SMALL, "things")

    same_rows(open_it(IN_RUN).read("things"), SMALL)


def test_a_missing_column_is_not_taken_for_a_missing_password(postgres_url: str, tmp_path: Path) -> None:
    """The word in an error sends people to their keys, when it is a column's name."""
    warehouse = opener("postgres", tmp_path, {"url": postgres_url})(IN_RUN)

    with pytest.raises(JobFailed, match='"password" does not exist'):
        warehouse.query("select password from (select 1 as x) as t")


def test_a_value_that_it_cannot_keep_is_said_to_be(postgres_url: str, tmp_path: Path) -> None:
    """The connection is not lost: the text has a zero byte, and asking again does not help."""
    warehouse = opener("postgres", tmp_path, {"url": postgres_url, "schema": fresh_name("s")})(IN_RUN)

    with pytest.raises(ValueNotStorable, match="NUL"):
        warehouse.write(SMALL.assign(text="a\0b"), "things")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:pa/ss@db.example/shop",
        "postgresql://me:12/34@db.example/shop",
        "postgresql://me:pa#ss@db.example/shop",
        "postgresql://me:pa@ss@db.example/shop",
        "postgresql://me:pa?ss@db.example/shop",
        "postgresql://me:[pass@db.example/shop",
    ],
)
def test_a_url_that_would_show_its_password_is_refused(url: str) -> None:
    """A password with a slash in it would be taken for a path, and the path is in every receipt."""
    with pytest.raises(SettingsInvalid, match="told apart") as caught:
        connect(ConnectionSettings("shop", "postgres", {"url": url}), IN_RUN)

    assert "ss" not in caught.value.message.replace("password", "")
    assert "34" not in caught.value.message


def test_no_error_shows_the_password(tmp_path: Path) -> None:
    """Errors are kept with the run and shown in the browser."""
    url = "postgresql://me:hush%2Fhush@127.0.0.1:9/shop"

    with pytest.raises(ServiceUnavailable) as caught:
        opener("postgres", tmp_path, {"url": url})(IN_RUN).query("select 1")

    assert "hush" not in caught.value.message + caught.value.hint + str(caught.value.details)


def test_json_of_many_shapes_comes_back_as_json(postgres_url: str, tmp_path: Path) -> None:
    """Python's way of writing it could not be read by anything else."""
    warehouse = opener("postgres", tmp_path, {"url": postgres_url})(LATER_RUN)

    found = warehouse.query("""select x from (values ('{"a": "ü"}'::jsonb), ('[1, null]'::jsonb)) as t (x)""")

    assert found["x"].tolist() == ['{"a": "ü"}', "[1, null]"]
