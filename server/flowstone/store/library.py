"""Ready-made blocks to begin from, and empty ones: adding a block copies a text, that is then its author's own."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from flowstone.errors.base import SourceError
from flowstone.errors.store import NotFound
from flowstone.model.block import LANGUAGE_BY_SUFFIX, BlockKind, Language
from flowstone.model.python_source import read_python
from flowstone.model.source import BlockSource
from flowstone.model.sql_source import read_sql

FOLDERS = ("loaders", "transformers", "exporters", "sensors")


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A ready-made block: its id is its path in the library without the suffix."""

    id: str
    text: str
    source: BlockSource


def library_folder() -> Path:
    """Return where the ready-made blocks are: in the package, or `blocks/` of a checkout.

    Raises: NotFound, when Flowstone was installed without them.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "library", package.parents[1] / "blocks"):
        if folder.is_dir():
            return folder
    raise NotFound("block library", str(package / "library"), hint="Install Flowstone again.")


def library() -> tuple[LibraryEntry, ...]:
    """Return all ready-made blocks: loaders first, then transformers and exporters. Raises: NotFound."""
    return _read(library_folder())


@functools.lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[LibraryEntry, ...]:
    paths = [path for name in FOLDERS for path in sorted((folder / name).glob("*")) if _is_block(path)]
    entries = [_entry(folder, path) for path in paths]
    return tuple(entry for entry in entries if entry is not None)


def _is_block(path: Path) -> bool:
    return path.suffix in LANGUAGE_BY_SUFFIX and not path.name.startswith(("_", ".", "test_", "README"))


def _entry(folder: Path, path: Path) -> LibraryEntry | None:
    relative = path.relative_to(folder)
    text = path.read_text(encoding="utf-8")
    try:
        source = _source(text, relative)
    except SourceError:
        # A library's file that is no block is a helper of its neighbours; the library's own tests see to the rest.
        return None
    return LibraryEntry(relative.with_suffix("").as_posix(), text, source)


def _source(text: str, relative: Path) -> BlockSource:
    if LANGUAGE_BY_SUFFIX[relative.suffix] is Language.SQL:
        return read_sql(text, file=relative.as_posix(), has_upstream=relative.parts[0] != "loaders")
    return read_python(text, file=relative.as_posix())


def library_entry(entry_id: str) -> LibraryEntry:
    """Return the ready-made block of that id. Raises: NotFound."""
    for entry in library():
        if entry.id == entry_id:
            return entry
    raise NotFound("library block", entry_id[:100])


def new_block_text(kind: BlockKind, language: Language, name: str) -> str:
    """Return the text of an empty block, which runs as it is once its upstream is connected.

    `name` becomes the function's name. Raises: ValueError, where the kind has no such language.
    """
    title = name.replace("_", " ").capitalize()
    if language is Language.MARKDOWN or kind is BlockKind.NOTE:
        return f"# {title}\n"
    if language is Language.SQL:
        return _new_sql(kind, title)
    return _PYTHON[kind].format(name=name, title=title)


def _new_sql(kind: BlockKind, title: str) -> str:
    if kind is BlockKind.LOADER:
        return f"-- {title}\nSELECT 1 AS one\n"
    if kind is BlockKind.TRANSFORMER:
        return f"-- {title}\n-- Name an upstream block as a table.\nSELECT *\nFROM upstream_block\n"
    raise ValueError(f"a {kind} cannot be written in SQL")


_PYTHON = {
    BlockKind.LOADER: '''\
import pandas as pd
from flowstone import loader


@loader
def {name}() -> pd.DataFrame:
    """{title}."""
    return pd.DataFrame({{"a": [1, 2, 3]}})
''',
    BlockKind.TRANSFORMER: '''\
import pandas as pd
from flowstone import transformer


@transformer
def {name}(table: pd.DataFrame) -> pd.DataFrame:
    """{title}."""
    return table
''',
    BlockKind.EXPORTER: '''\
import pandas as pd
from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def {name}(table: pd.DataFrame, *, warehouse: Warehouse = connection("warehouse")) -> Receipt:
    """{title}."""
    return warehouse.write(table, "{name}", if_exists="replace")
''',
    BlockKind.SENSOR: '''\
from flowstone import sensor


@sensor
def {name}() -> bool:
    """{title}."""
    return True
''',
}
