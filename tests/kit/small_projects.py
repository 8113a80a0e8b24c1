"""Projects of a few lines, written to a folder for a test."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

HEAD = "import pandas as pd\nfrom flowstone import Receipt, Run, check, connection, exporter, loader, transformer\n"


def write_project(root: Path, pipeline: str, blocks: dict[str, str], files: dict[str, str] | None = None) -> Path:
    """Write a project with one pipeline `line`; a block's text gets the usual imports before it."""
    contents = {
        "flowstone.yaml": "name: small\n",
        "pipelines/line.yaml": dedent(pipeline),
        **{path: text if path.endswith(".sql") else HEAD + dedent(text) for path, text in blocks.items()},
        **(files or {}),
    }
    for path, text in contents.items():
        write(root, path, text)
    return root


def write(root: Path, path: str, text: str) -> None:
    """Write a file as an editor would."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(dedent(text), encoding="utf-8")


def replace_in(root: Path, path: str, old: str, new: str) -> None:
    """Change a file's text at one place, which must be there."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


THREE = """
    params:
      rows: {type: integer, default: 3}
    blocks:
      numbers: {file: loaders/numbers.py}
      doubled: {file: transformers/doubled.py, upstream: [numbers]}
      total:   {file: transformers/total.sql, upstream: [doubled]}
"""
THREE_BLOCKS = {
    "loaders/numbers.py": """
        @loader
        def numbers(*, rows: int = 3):
            print("loading", rows)
            return pd.DataFrame({"n": range(rows)})
    """,
    "transformers/doubled.py": """
        from lib.rate import RATE

        @transformer
        def doubled(numbers):
            numbers["n"] = numbers["n"] * RATE
            return numbers
    """,
    "transformers/total.sql": "SELECT sum(n)::BIGINT AS total FROM doubled\n",
}
THREE_FILES = {"lib/__init__.py": "", "lib/rate.py": "RATE = 2\n"}


def write_three(root: Path) -> Path:
    """Write numbers → doubled → total, with a helper module that doubled imports."""
    return write_project(root, THREE, THREE_BLOCKS, THREE_FILES)
