"""Connections get their variables' values when they are opened and not before."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.projects import write_project

from flowstone.errors.source import ConnectionInvalid, VariableMissing
from flowstone.errors.store import NotFound
from flowstone.store.project_files import load_project
from flowstone.store.settings import connection_settings

TEXT = """\
profiles:
  gcp:
    lake: {type: gcs, bucket: "${env:BUCKET}", prefix: "a/${env:WHO:-nobody}/b", endpoint: "${env:ENDPOINT:-}"}
"""


def test_variables_are_filled_in_and_an_empty_default_leaves_its_option_out(tmp_path: Path) -> None:
    """An endpoint that is set to nothing is not the same as none."""
    project = load_project(write_project(tmp_path, **{"connections.yaml": TEXT}))

    (lake,) = connection_settings(project, "gcp", environment={"BUCKET": "b", "WHO": ""})

    assert (lake.name, lake.type, lake.options, lake.root) == (
        "lake",
        "gcs",
        {"bucket": "b", "prefix": "a/nobody/b"},
        str(tmp_path),
    )
    assert "BUCKET" not in repr(lake)


def test_a_project_without_connections_has_a_local_lake_and_warehouse(tmp_path: Path) -> None:
    """A new project runs offline at once."""
    project = load_project(write_project(tmp_path))

    found = connection_settings(project, None, environment={})

    assert [(each.name, each.type, each.options) for each in found] == [
        ("lake", "local", {"path": "lake"}),
        ("warehouse", "duckdb", {"path": "warehouse.duckdb"}),
    ]


def test_a_profile_or_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The alternative is a connection to somewhere else."""
    text = "profiles:\n  gcp:\n    lake: {type: gcs, bucket: '${secret:BUCKET}'}\n"
    project = load_project(write_project(tmp_path, **{"connections.yaml": text}))

    with pytest.raises(NotFound, match="azure"):
        connection_settings(project, "azure", environment={})
    with pytest.raises(VariableMissing, match="secret BUCKET"):
        connection_settings(project, "gcp", environment={"BUCKET": "b"})


@pytest.mark.parametrize("text", ["${BUCKET}", "${env:}", "${env:A B}", "${file:/etc/passwd}", "${env:A"])
def test_what_only_looks_like_a_placeholder_is_refused(tmp_path: Path, text: str) -> None:
    """It would go to the service as it stands, and fail there with a message about something else."""
    connections = f"profiles:\n  local:\n    lake: {{type: gcs, bucket: '{text}'}}\n"

    with pytest.raises(ConnectionInvalid):
        load_project(write_project(tmp_path, **{"connections.yaml": connections}))
