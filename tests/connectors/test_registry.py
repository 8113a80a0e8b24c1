"""Connections are opened by their type, with settings that are checked."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flowstone.connectors.registry import connection_types, open_connection
from flowstone.errors.connectors import ConnectorUnknown, SettingsInvalid
from flowstone.model.connections import ConnectionSettings, WriteContext


def test_our_own_types_are_offered() -> None:
    """They are found as those of plugins are."""
    assert set(connection_types()) >= {"local", "gcs", "duckdb", "bigquery", "postgres"}


def test_an_unknown_type_names_the_known_ones() -> None:
    """It is a misspelling, or a plugin that is not installed."""
    with pytest.raises(ConnectorUnknown) as caught:
        open_connection(ConnectionSettings("here", "bigqery"), WriteContext())

    assert "bigquery" in caught.value.hint


@pytest.mark.parametrize(
    ("type_", "options"),
    [
        ("local", {}),
        ("local", {"path": "lake", "folder": "x"}),
        ("duckdb", {"path": 3}),
        ("gcs", {"prefix": "x"}),
        ("gcs", {"bucket": "b", "endpoint": "localhost:1"}),
        ("bigquery", {"dataset": ""}),
        ("bigquery", {"dataset": "d", "create_dataset": "perhaps"}),
        ("bigquery", {"dataset": "d", "maximum_bytes_billed": 0}),
        ("postgres", {"url": "mysql://x"}),
    ],
)
def test_settings_that_cannot_be_meant_are_errors(type_: str, options: dict[str, object]) -> None:
    """An option dropped in silence is found out too late."""
    with pytest.raises(SettingsInvalid, match="here"):
        open_connection(ConnectionSettings("here", type_, options), WriteContext())


def test_opening_a_connection_does_not_import_googles_clients() -> None:
    """They take two seconds, which a block that never writes must not pay."""
    code = "import sys, flowstone.connectors.bigquery, flowstone.connectors.gcs; print('google.cloud' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
