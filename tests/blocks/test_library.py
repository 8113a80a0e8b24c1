"""What every ready-made block must have to be found, understood and changed."""

from __future__ import annotations

import inspect
import typing
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from tests.kit.block_files import BLOCKS, function

from flowstone.model.python_source import read_python
from flowstone.model.source import BlockSource
from flowstone.model.sql_source import read_sql

FILES = sorted(path for path in BLOCKS.rglob("*") if path.suffix in {".py", ".sql"})
KINDS = {"loaders": "loader", "transformers": "transformer", "exporters": "exporter"}

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def source(path: Path) -> BlockSource:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return read_sql(text, file=path.name, has_upstream=path.parent.name != "loaders")
    return read_python(text, file=path.name)


def test_there_is_a_block_for_everything_that_people_reach_for() -> None:
    """A first pipeline should be put together from the library, without writing a line."""
    assert {path.stem for path in FILES} >= {
        "read_csv",
        "read_parquet",
        "call_json_api",
        "read_from_lake",
        "query_warehouse",
        "query_postgres",
        "filter_rows",
        "select_columns",
        "join_tables",
        "aggregate_with_sql",
        "fill_missing",
        "remove_duplicates",
        "write_parquet_dataset",
        "write_to_lake",
        "write_to_warehouse",
        "write_to_postgres",
    }


@each_file
def test_a_block_lies_in_the_folder_of_its_kind(path: Path) -> None:
    """The browser shows the library by kind, and puts the file into the project's folder of that name."""
    assert source(path).kind == KINDS[path.parent.name]


@each_file
def test_a_block_has_a_title_and_a_description(path: Path) -> None:
    """They are all that a person sees of a block before choosing it."""
    found = source(path)

    assert 3 <= len(found.title) <= 50
    assert not found.title.endswith(".")
    assert found.description.endswith(".") or found.description.endswith("`.")


@each_file
def test_every_param_has_a_type_and_a_default(path: Path) -> None:
    """The form is made of the types, and the defaults let a block run as soon as it is added."""
    params = source(path).params

    assert [param.name for param in params if not param.annotation or param.required] == []


@each_file
def test_a_block_draws_no_warning(path: Path) -> None:
    """What we hand out should be clean."""
    assert source(path).warnings == ()


def test_titles_are_unique() -> None:
    """Two blocks of one name cannot be told apart in a list."""
    titles = [source(path).title for path in FILES]

    assert len(set(titles)) == len(titles)


@each_file
def test_a_block_function_is_named_after_its_file(path: Path) -> None:
    """The name becomes the block's id in a pipeline, and what a traceback says."""
    if path.suffix == ".py":
        assert source(path).function == path.stem


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".py"], ids=lambda path: path.stem)
def test_a_default_taken_by_way_of_the_form_is_the_same_default(path: Path) -> None:
    """The form shows a default as JSON and hands it back; the function must get what it would have had."""
    block = function(path)
    hints, own = typing.get_type_hints(block), inspect.signature(block).parameters

    for spec in source(path).params:
        assert TypeAdapter(hints[spec.name]).validate_python(spec.default) == own[spec.name].default
