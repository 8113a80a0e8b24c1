"""Where a project's blocks run and its outputs lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstone.errors.source import VariableMissing
from flowstone.store.project_files import load_project
from flowstone.store.project_places import ProjectPlaces, project_places
from flowstone.store.project_yaml import read_project


def places(root: Path, text: str, *, executor: str | None = None, **environment: str) -> ProjectPlaces:
    (root / "flowstone.yaml").write_text(f"name: small\n{text}", encoding="utf-8")
    return project_places(load_project(root), environment=environment, executor=executor)


def test_a_project_that_says_nothing_keeps_to_its_folder(tmp_path: Path) -> None:
    """The first run needs no settings."""
    assert places(tmp_path, "") == ProjectPlaces("", str(tmp_path / ".flowstone/artifacts"))


def test_variables_choose_between_a_desk_and_a_cluster(tmp_path: Path) -> None:
    """The file is the same everywhere; a variable that is empty means here."""
    text = "executor: ${env:CLUSTER:-}\nartifacts: ${env:OUTPUTS:-}\n"

    assert places(tmp_path, text) == ProjectPlaces("", str(tmp_path / ".flowstone/artifacts"))
    assert places(tmp_path, text, CLUSTER="dask://s:1", OUTPUTS="gs://b/p") == ProjectPlaces("dask://s:1", "gs://b/p")


def test_what_the_command_says_wins(tmp_path: Path) -> None:
    """One run of a nightly pipeline may be tried out here, where its variables are not set."""
    assert places(tmp_path, "executor: ${env:CLUSTER}\n", executor="local").executor == "local"


def test_a_variable_that_is_missing_is_an_error_with_its_name(tmp_path: Path) -> None:
    """Outputs must not go to some other place instead."""
    with pytest.raises(VariableMissing, match="OUTPUTS"):
        places(tmp_path, "artifacts: ${env:OUTPUTS}\n")


def test_a_placeholder_that_is_none_is_found_by_validate(tmp_path: Path) -> None:
    """Before the night in which it would matter."""
    read = read_project(tmp_path, "name: small\nexecutor: ${CLUSTER}\nartifacts: [a]\n", None)

    misspelt = read_project(tmp_path, "name: small\nexecutor: dask//scheduler:8786\n", None)

    assert [problem.place.line for problem in read.problems if not problem.is_warning] == [2, 3]
    assert [(problem.place.line, problem.code) for problem in misspelt.problems] == [(2, "wrong_value")]
