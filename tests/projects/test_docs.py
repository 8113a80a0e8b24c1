"""The documents for people: what they show must be right, and what there is must be in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from tests.kit.block_files import CHECKOUT

from flowstone.cli.main import app
from flowstone.errors.base import Problem
from flowstone.model.freshness import PartKind
from flowstone.model.pipeline import ParamType
from flowstone.model.python_source import DECORATORS, parse_python, read_python
from flowstone.store import pipeline_yaml, project_yaml
from flowstone.store.project_files import validate

PAGES = [
    *sorted(CHECKOUT.glob("*.md")),
    *sorted((CHECKOUT / "docs").rglob("*.md")),
    *CHECKOUT.glob("projects/*/**/*.md"),
]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
KEYS = {
    "flowstone.yaml": project_yaml.PROJECT_KEYS,
    "pipeline": pipeline_yaml.PIPELINE_KEYS,
    "block": pipeline_yaml.BLOCK_KEYS,
    "param": pipeline_yaml.PARAM_KEYS,
    "types": tuple(str(kind) for kind in ParamType),
}
MADE_BY_TESTS = "docs/pictures/workbench.png"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def fenced(page: Path, language: str) -> list[str]:
    return [text for found, text in FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    """A stranger who meets a dead link stops believing the rest."""
    links = set(LINK.findall(page.read_text(encoding="utf-8"))) - {MADE_BY_TESTS}

    assert [link for link in links if not (page.parent / link).exists()] == []


@each_page
def test_python_shown_is_python_and_blocks_shown_are_blocks(page: Path) -> None:
    """What is shown gets copied."""
    for text in fenced(page, "python"):
        parse_python(text, file=page.name)
        if any(f"@{mark}\n" in text for mark in DECORATORS):
            read_python(text, file=page.name)


@pytest.mark.parametrize("what", KEYS)
def test_every_key_of_the_files_is_written_about(what: str) -> None:
    """A key that nobody can look up is not there."""
    text = (CHECKOUT / "docs/project-files.md").read_text(encoding="utf-8")

    assert [key for key in KEYS[what] if f"`{key}`" not in text] == []


def test_every_kind_of_reason_is_written_about() -> None:
    """A program that reads the status must know what it can meet."""
    text = (CHECKOUT / "docs/command-line.md").read_text(encoding="utf-8")

    assert [kind.value for kind in PartKind if f"`{kind.value}`" not in text] == []


def shown_as_project(target: Path) -> tuple[Problem, ...]:
    """Make a project of the files that project-files.md shows, with block files in their places."""
    texts = fenced(CHECKOUT / "docs/project-files.md", "yaml")[:3]
    files = dict(zip(("flowstone.yaml", "connections.yaml", "pipelines/trips.yaml"), texts, strict=True))
    for name, text in files.items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    for name in ("loaders/load_trips.py", "transformers/clean_trips.py"):
        (target / name).parent.mkdir()
        (target / name).write_bytes((CHECKOUT / "projects/taxi" / name).read_bytes())
    return validate(target)


def test_the_files_shown_make_a_valid_project(tmp_path: Path) -> None:
    """An example that is refused teaches the wrong thing."""
    assert shown_as_project(tmp_path) == ()


@pytest.mark.parametrize("name", ["flights", "taxi"])
def test_the_sample_projects_have_no_problem(name: str) -> None:
    """They are what everybody begins with."""
    assert validate(CHECKOUT / "projects" / name, environment={}) == ()


def commands() -> dict[str, set[str]]:
    """Return the command line's commands, each with its long options."""
    group = typer.main.get_command(app)
    return {
        name: {option for param in command.params for option in param.opts if option.startswith("--")}
        for name, command in getattr(group, "commands").items()  # noqa: B009 - only a group has them
    }


@pytest.mark.parametrize("name", commands())
def test_every_command_and_its_options_are_written_about(name: str) -> None:
    """An option that nobody can look up is not there."""
    text = (CHECKOUT / "docs/command-line.md").read_text(encoding="utf-8")
    _, heading, section = text.partition(f"## flowstone {name}")
    general, section = text.partition("## ")[0], section.partition("\n## ")[0]

    assert heading
    unsaid = {option for option in commands()[name] if f"{option}" not in general + section}
    assert unsaid <= {"--help", "--browser"}, "--browser is written about as --no-browser"
