"""What a project begins from."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from flowstone.errors.store import AlreadyExists, NotFound
from flowstone.model.block import Block, BlockKind, Language
from flowstone.model.ids import BlockId
from flowstone.store.library import library, library_entry, new_block_text
from flowstone.store.project_files import load_project, pipeline_ids, source_of, validate
from flowstone.store.templates import create_project, template_names


def test_every_ready_made_block_has_a_title_and_an_id_of_its_own() -> None:
    """The list that people choose from is made of these."""
    entries = library()

    assert len({entry.id for entry in entries}) == len(entries) >= 12
    assert [entry.id for entry in entries if not entry.source.title] == []
    assert library_entry(entries[0].id) == entries[0]
    with pytest.raises(NotFound):
        library_entry("../../etc/passwd")


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        *product([BlockKind.LOADER, BlockKind.TRANSFORMER], [Language.PYTHON, Language.SQL]),
        (BlockKind.EXPORTER, Language.PYTHON),
        (BlockKind.SENSOR, Language.PYTHON),
        (BlockKind.NOTE, Language.MARKDOWN),
    ],
)
def test_an_empty_block_reads_as_what_it_was_made_as(kind: BlockKind, language: Language) -> None:
    """The first thing a person sees of a new block must not be an error."""
    text = new_block_text(kind, language, "my_block")
    suffix = {Language.PYTHON: ".py", Language.SQL: ".sql", Language.MARKDOWN: ".md"}[language]
    upstream = (BlockId("up"),) if kind is BlockKind.TRANSFORMER else ()

    source = source_of(Block(BlockId("my_block"), f"x/my_block{suffix}", upstream=upstream), text)

    assert (source.kind, source.language) == (kind, language)


def test_an_empty_project_is_valid_and_has_a_pipeline(tmp_path: Path) -> None:
    """`flowstone init` and then `flowstone run first` must work without reading anything."""
    create_project(tmp_path / "My project!", template=None)

    assert validate(tmp_path / "My project!") == ()
    assert pipeline_ids(tmp_path / "My project!") == ("first",)
    project = load_project(tmp_path / "My project!")
    assert (project.id, project.name) == ("my_project", "My project!")


@pytest.mark.parametrize("template", template_names())
def test_a_copy_of_an_example_is_valid(tmp_path: Path, template: str) -> None:
    """Somebody's first project is one of these."""
    create_project(tmp_path / template, template=template)

    assert [problem for problem in validate(tmp_path / template) if not problem.is_warning] == []
    assert not (tmp_path / template / ".flowstone").exists()


def test_a_project_is_never_made_over_something(tmp_path: Path) -> None:
    """A folder that is not empty is somebody's."""
    (tmp_path / "a.txt").write_text("mine")

    with pytest.raises(AlreadyExists):
        create_project(tmp_path, template=None)
    with pytest.raises(NotFound):
        create_project(tmp_path / "new", template="../secrets")

    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
