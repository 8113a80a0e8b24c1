"""A pipeline put together from the library alone, as it comes, run by the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.kit.block_files import BLOCKS
from tests.kit.commands import run, states

from flowstone.store.project_files import validate

PIPELINE = """\
blocks:
  orders: {file: loaders/sample_rows.py}
  filtered: {file: transformers/filter_rows.py, upstream: [orders], params: {condition: "quantity > 4"}}
  selected:
    file: transformers/select_columns.py
    upstream: [filtered]
    params: {rename: {order: number}, drop: [note]}
  joined: {file: transformers/join_tables.py, upstream: [selected, totals]}
  totals:
    file: transformers/aggregate_with_sql.py
    upstream: [orders]
    params: {sql: "SELECT country, sum(price) AS revenue FROM rows GROUP BY country ORDER BY country"}
  filled: {file: transformers/fill_missing.py, upstream: [orders]}
  unique: {file: transformers/remove_duplicates.py, upstream: [filled], params: {by: [country], keep: last}}
  typed: {file: transformers/convert_types.py, upstream: [unique], params: {types: {order: text, country: category}}}
  ordered: {file: transformers/sort_rows.py, upstream: [typed], params: {by: [price]}}
  to_dataset: {file: exporters/write_parquet_dataset.py, upstream: [joined], params: {partition_by: [country]}}
  to_file: {file: exporters/write_to_lake.py, upstream: [ordered]}
  to_table: {file: exporters/write_to_warehouse.py, upstream: [joined]}
  answer: {file: loaders/query_warehouse.py}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the library's blocks and no connections of its own."""
    for folder in ("loaders", "transformers", "exporters"):
        shutil.copytree(BLOCKS / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "flowstone.yaml").write_text("name: first\n", encoding="utf-8")
    return tmp_path


def test_a_pipeline_of_library_blocks_runs(project: Path) -> None:
    """What the library hands out must fit together, params from YAML included."""
    (project / "pipelines/first.yaml").write_text(PIPELINE, encoding="utf-8")
    assert validate(project) == ()

    document = run(project, "first")

    assert set(states(document).values()) == {"done"}
    rows = {block["id"]: block["outputs"][0]["rows"] for block in document["blocks"] if block["outputs"]}
    assert rows == {
        "orders": 100,
        "filtered": 55,
        "selected": 55,
        "joined": 55,
        "totals": 5,
        "filled": 100,
        "unique": 5,
        "typed": 5,
        "ordered": 5,
        "answer": 1,
    }
    assert {path.parent.name for path in (project / "lake/dataset").rglob("*.parquet")} == {
        f"country={country}" for country in ("DE", "FR", "IT", "JP", "US")
    }


@pytest.mark.parametrize("name", ["sample_rows", "query_warehouse"])
def test_a_loader_that_needs_nothing_runs_as_it_comes(project: Path, name: str) -> None:
    """The first block of a new project should show rows at once."""
    (project / "pipelines/first.yaml").write_text(f"blocks:\n  it: {{file: loaders/{name}.py}}\n", encoding="utf-8")

    assert states(run(project, "first")) == {"it": "done"}


@pytest.mark.parametrize("name", sorted(path.stem for path in (BLOCKS / "transformers").glob("*.py")))
def test_a_transformer_runs_as_it_comes(project: Path, name: str) -> None:
    """Added and wired, a block should run before anybody has read its params."""
    upstream = "[rows, others]" if name == "join_tables" else "[rows]"
    text = f"""\
blocks:
  rows: {{file: loaders/sample_rows.py}}
  others: {{file: loaders/sample_rows.py}}
  it: {{file: transformers/{name}.py, upstream: {upstream}}}
"""
    (project / "pipelines/first.yaml").write_text(text, encoding="utf-8")

    assert states(run(project, "first"))["it"] == "done"
