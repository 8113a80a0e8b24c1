"""The file of a block that is added: copied from the library, begun empty, or one that is there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from flowstone.errors.store import AlreadyExists, NotFound
from flowstone.errors.web import RequestRefused
from flowstone.model.block import Block, BlockKind, Language
from flowstone.model.ids import BlockId
from flowstone.web.views.pipelines import FOLDERS
from flowstone.web.wire import edits as wire

SUFFIXES = {Language.PYTHON: ".py", Language.SQL: ".sql", Language.MARKDOWN: ".md"}
MAX_NAMES_TRIED = 50


@dataclass(frozen=True, slots=True)
class MadeBlock:
    """A block to add. `text` is what its new file will hold, None for a file that is there; `etag` once written."""

    block: Block
    text: str | None = None
    etag: str | None = None

    async def written(self, root: Path) -> MadeBlock:
        """Return it with its file written. Raises: AlreadyExists, DiskFull."""
        return self if self.text is None else await asyncio.to_thread(_write, root, self, self.text)


async def new_block(root: Path, edit: wire.AddBlockEdit) -> MadeBlock:
    """Return the block that an edit adds; nothing is written yet.

    Raises: NotFound, for a library block or file that is not there; RequestRefused, when it names none or both.
    """
    block = Block(id=BlockId(edit.id), file="", upstream=tuple(map(BlockId, edit.upstream)), params=dict(edit.params))
    return await asyncio.to_thread(_begun, root, edit, block)


def _begun(root: Path, edit: wire.AddBlockEdit, block: Block) -> MadeBlock:
    sources = [source for source in (edit.library, edit.kind, edit.file) if source is not None]
    if len(sources) != 1:
        raise RequestRefused("A new block has one of: a library block, a kind, or a file that is there")
    if edit.file is not None:
        from flowstone.store.texts import read_text

        read_text(root, edit.file)
        return MadeBlock(replace(block, file=edit.file))
    if edit.library is not None:
        kind, language, text = _from_library(edit.library)
    else:
        kind, language, text = _empty(edit)
    return MadeBlock(replace(block, file=f"{FOLDERS[kind]}/{block.id}{SUFFIXES[language]}"), text)


def _from_library(name: str) -> tuple[BlockKind, Language, str]:
    from flowstone.store.library import library

    for entry in library():
        if entry.id == name:
            return entry.source.kind, entry.source.language, entry.text
    raise NotFound("library block", name)


def _empty(edit: wire.AddBlockEdit) -> tuple[BlockKind, Language, str]:
    from flowstone.store.library import new_block_text

    assert edit.kind is not None
    return edit.kind, edit.language, new_block_text(edit.kind, edit.language, edit.id)


def _write(root: Path, made: MadeBlock, text: str) -> MadeBlock:
    """Write the file under the block's name, or with a number after it where an earlier block has left its file."""
    from flowstone.store.texts import save_text

    stem, dot, suffix = made.block.file.rpartition(".")
    names = [made.block.file, *(f"{stem}_{number}{dot}{suffix}" for number in range(2, MAX_NAMES_TRIED))]
    for name in names:
        try:
            saved = save_text(root, name, text, if_match=None)
        except AlreadyExists:
            continue
        return MadeBlock(replace(made.block, file=name), text, saved.etag)
    raise AlreadyExists("file", made.block.file)


async def take_back(root: Path, made: MadeBlock) -> None:
    """Remove the file of a block that could not be added after all, unless somebody has written in it since."""
    if made.etag is not None:
        await asyncio.to_thread(_take_back, root, made.block.file, made.etag)


def _take_back(root: Path, file: str, etag: str) -> None:
    from flowstone.store.paths import resolve_beneath
    from flowstone.store.texts import read_text

    if read_text(root, file).etag == etag:
        resolve_beneath(root, file).unlink(missing_ok=True)
