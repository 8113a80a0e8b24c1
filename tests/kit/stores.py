"""A lake's store with somebody at work beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from flowstone.connectors.object_store import ObjectStore, StoredObject
from flowstone.model.connections import LakeFile


class MeddledStore:
    """A real store in which something happens once, just before a file of some name is put, or just after.

    What happens after may raise: then the file is in place and its writer does not know.
    """

    def __init__(
        self,
        store: ObjectStore,
        name: str,
        *,
        before: Callable[[], object] | None = None,
        after: Callable[[], object] | None = None,
    ) -> None:
        self._store = store
        self._name = name
        self._before = before
        self._after = after

    @property
    def url(self) -> str:
        return self._store.url

    def staging(self) -> AbstractContextManager[Path]:
        return self._store.staging()

    def stat(self, path: str) -> StoredObject | None:
        return self._store.stat(path)

    def put(self, source: Path, path: str, *, write: str, expected: int | None = None) -> StoredObject:
        is_it = self._name in path
        if is_it and self._before:
            act, self._before = self._before, None
            act()
        stored = self._store.put(source, path, write=write, expected=expected)
        if is_it and self._after:
            act, self._after = self._after, None
            act()
        return stored

    def fetched(self, path: str) -> AbstractContextManager[Path]:
        return self._store.fetched(path)

    def list(self, prefix: str) -> list[LakeFile]:
        return self._store.list(prefix)

    def delete(self, path: str) -> None:
        self._store.delete(path)
