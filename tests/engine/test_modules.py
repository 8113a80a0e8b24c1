"""A helper's change makes stale exactly the blocks that import it, however they do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.small_projects import write

from flowstone.engine.modules import ProjectModules, block_hash, code_hash
from flowstone.model.imports import imported_modules
from flowstone.model.python_source import parse_python

FILES = {
    "lib/__init__.py": "",
    "lib/rate.py": "RATE = 2\n",
    "lib/fares.py": "from lib.rate import RATE\n",
    "lib/near.py": "from . import rate\nfrom .deep.bottom import B\n",
    "lib/deep/__init__.py": "from lib.rate import RATE\n",
    "lib/deep/bottom.py": "from ..shared import S\nB = 1\n",
    "lib/shared.py": "S = 1\n",
    "lib/unused.py": "U = 1\n",
    "starred/__init__.py": "__all__ = ['one', 'VALUE']\nVALUE = 1\n",
    "starred/one.py": "",
    "starred/two.py": "",
    "shining/__init__.py": "__all__ = [name for name in ('one',)]\n",
    "shining/one.py": "",
    "plain/__init__.py": "from plain.one import x\n",
    "plain/one.py": "x = 1\n",
    "plain/two.py": "",
    "both.py": "",
    "both/__init__.py": "",
    "bare/module.py": "",
    "typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lib.unused import U\n",
    "round_a.py": "import round_b\n",
    "round_b.py": "import round_a\n",
}
RATE = {"lib/__init__.py", "lib/rate.py"}
DEEP = {"lib/__init__.py", "lib/rate.py", "lib/deep/__init__.py", "lib/deep/bottom.py", "lib/shared.py"}
IMPORTS: dict[str, tuple[str, set[str]]] = {
    "a name": ("from lib.rate import RATE", RATE),
    "a module under another name": ("from lib import rate as r", RATE),
    "a package alone": ("import lib", {"lib/__init__.py"}),
    "a module of a package": ("import lib.rate", RATE),
    "by way of another": ("import lib.fares", {"lib/__init__.py", "lib/fares.py", "lib/rate.py"}),
    "relative ones inside": ("from lib import near", {*DEEP, "lib/near.py"}),
    "a package's own imports": ("import lib.deep", DEEP - {"lib/deep/bottom.py", "lib/shared.py"}),
    "inside a function": ("def f():\n    import lib.rate", RATE),
    "under a condition": (
        "if x:\n    import lib.rate\nelse:\n    import both",
        {"lib/__init__.py", "lib/rate.py", "both/__init__.py"},
    ),
    "importlib with a name": (
        "import importlib\nimportlib.import_module('lib.rate')",
        RATE,
    ),
    "a star with __all__": ("from starred import *", {"starred/__init__.py", "starred/one.py"}),
    "a star with a computed __all__": ("from shining import *", {"shining/__init__.py", "shining/one.py"}),
    "a star without __all__": ("from plain import *", {"plain/__init__.py", "plain/one.py"}),
    "a package before a module of its name": ("import both", {"both/__init__.py"}),
    "a folder without __init__": ("from bare.module import x", {"bare/module.py"}),
    "only for a type checker": ("import typed", {"typed.py"}),
    "in a circle": ("import round_a", {"round_a.py", "round_b.py"}),
    "nothing of the project": ("import json\nimport pandas", set()),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        write(tmp_path, path, text)
    return tmp_path


def files_of(root: Path, code: str) -> dict[str, str]:
    return dict(ProjectModules(root).imports_of(imported_modules(parse_python(code, file="x.py"))).modules)


@pytest.mark.parametrize("way", IMPORTS)
def test_the_files_that_an_import_runs_are_found_and_no_others(root: Path, way: str) -> None:
    """One too few is a wrong table that is called fresh; one too many is a run for nothing."""
    code, expected = IMPORTS[way]

    assert set(files_of(root, code)) == expected


@pytest.mark.parametrize("way", IMPORTS)
def test_changing_a_file_changes_exactly_the_code_that_imports_it(root: Path, way: str) -> None:
    """Comments in it change nothing, code does, and only for those that run it."""
    code, expected = IMPORTS[way]
    before = files_of(root, code)

    changed = set()
    for path, text in FILES.items():
        write(root, path, f"# a comment\n{text}\n\n")
        assert files_of(root, code) == before
        write(root, path, f"{text}ADDED = 1\n")
        if files_of(root, code) != before:
            changed.add(path)
        write(root, path, text)

    assert changed == expected
    assert files_of(root, code) == before


def test_packages_come_with_their_version_however_deep_they_are_imported(root: Path) -> None:
    """An upgrade of pandas can change numbers; so can one of a package that only a helper imports."""
    write(root, "lib/rate.py", "import pyarrow.compute\nimport no_such_package\n")

    found = dict(ProjectModules(root).imports_of(("pandas", "lib.rate", "json", "flowstone")).packages)

    assert set(found) == {"pandas", "pyarrow"}


def test_a_module_that_does_not_parse_counts_by_its_text(root: Path) -> None:
    """Half an edit is no reason to call yesterday's output fresh."""
    before = files_of(root, "import lib.rate")
    write(root, "lib/rate.py", "RATE = (\n")
    broken = files_of(root, "import lib.rate")
    write(root, "lib/rate.py", "RATE = [\n")

    assert len({before["lib/rate.py"], broken["lib/rate.py"], files_of(root, "import lib.rate")["lib/rate.py"]}) == 3


BLOCK = '''
from flowstone import check, transformer

@transformer
def clean(trips):
    """{title}"""
    return trips

@check
def has_rows(output):
    """{title}"""
    return len(output) > 0

def prompt():
    """{helper}"""
'''


def test_a_blocks_title_and_a_checks_description_change_nothing() -> None:
    """People improve them after the fact; the rows stay what they were."""
    assert block_hash(BLOCK.format(title="Keep real trips.", helper="x")) == block_hash(
        BLOCK.format(title="", helper="x")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BLOCK.format(title="", helper="Ask for a name."), BLOCK.format(title="", helper="Ask for a date.")),
        (BLOCK.format(title="a", helper="") + "clean.__doc__", BLOCK.format(title="b", helper="") + "clean.__doc__"),
        (
            BLOCK.format(title="a", helper="").replace("@transformer", "@transformer\n@prompted"),
            BLOCK.format(title="b", helper="").replace("@transformer", "@transformer\n@prompted"),
        ),
    ],
)
def test_a_docstring_that_code_may_read_counts(one: str, other: str) -> None:
    """Some libraries send it to a language model, or make a schema of it."""
    assert block_hash(one) != block_hash(other)


def test_every_other_part_of_the_code_counts() -> None:
    """The hash stands for what Python would run."""
    texts = ["x = 1", "x = 2", "x = 1.0", "x = '1'", "x = -1", "y = 1", "x = 1; y = 2", "x: int = 1", "x = f'{1}'"]

    assert len({code_hash(parse_python(text, file="x.py")) for text in texts}) == len(texts)
