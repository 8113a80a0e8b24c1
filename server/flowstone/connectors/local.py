"""A lake in a folder of this machine, with the layout and the promises of one in a bucket."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flowstone.connectors.lake import ObjectLake
from flowstone.connectors.lake_paths import clean_path
from flowstone.connectors.object_store import NOT_THERE, StoredObject
from flowstone.connectors.options import Options
from flowstone.disk.publish import publish, publish_file
from flowstone.errors.connectors import TargetChanged, TargetMissing
from flowstone.model.connections import ConnectionSettings, LakeFile, WriteContext

WORK_FOLDER = ".staging"
NOTE_LIFETIME_S = 7 * 24 * 3600
"""How long it is remembered which write put a file there: longer than any run is resumed."""


def connect(settings: ConnectionSettings, context: WriteContext) -> ObjectLake:
    """Open the folder `path` as a lake; it is made at the first write. Raises: SettingsInvalid."""
    options = Options(settings, known=frozenset({"path"}))
    return ObjectLake(FolderStore(options.path("path")), context)


class FolderStore:
    """Files beneath a folder. A file's generation is the time and number that its rename gave it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def url(self) -> str:
        """The folder as a file URL."""
        return self._root.as_uri()

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Give a hidden folder on the lake's own file system, so that a rename is enough to publish."""
        work = self._root / WORK_FOLDER
        work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work) as folder:
            yield Path(folder)

    def stat(self, path: str) -> StoredObject | None:
        """Look at one file; None when there is none."""
        file = self._root / path
        try:
            found = file.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not file.is_file():
            return None
        return StoredObject(path, found.st_size, found.st_mtime_ns, self._noted(path, found))

    def put(self, source: Path, path: str, *, write: str, expected: int | None = None) -> StoredObject:
        """Publish a staged file: flushed, renamed into place, the folder flushed.

        Raises: TargetChanged, when what is there is not what was expected; DiskFull.
        """
        target = self._root / clean_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._publishing():
            self._check(target, path, expected)
            if expected is not None:
                self._note(path, source.stat(), write)
            publish_file(source, target)
        found = target.stat()
        return StoredObject(path, found.st_size, found.st_mtime_ns, write)

    def fetch(self, path: str, folder: Path) -> Path:  # noqa: ARG002 - it is on this machine already
        """Return the file itself. Raises: TargetMissing."""
        file = self._root / path
        if not file.is_file():
            raise TargetMissing(f"{self.url}/{path} is not there")
        return file

    def list(self, prefix: str) -> list[LakeFile]:
        """List the files whose path starts with the prefix, in order of path; hidden ones are left out."""
        start = self._root / prefix.rpartition("/")[0]
        found = []
        for folder, folders, names in os.walk(start):
            folders[:] = [name for name in folders if name[0] not in "._"]
            files = [Path(folder) / name for name in names if name[0] not in "._"]
            found += [(file.relative_to(self._root).as_posix(), file.stat().st_size) for file in files]
        return [LakeFile(path, size) for path, size in sorted(found) if path.startswith(prefix)]

    def delete(self, path: str) -> None:
        """Delete a file, and the folders that it leaves empty."""
        file = self._root / path
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == self._root or self._root not in folder.parents:
                return
            try:
                folder.rmdir()
            except OSError:
                return

    @contextmanager
    def _publishing(self) -> Iterator[None]:
        """Let one process at a time compare and rename."""
        with (self._root / WORK_FOLDER / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _check(self, target: Path, path: str, expected: int | None) -> None:
        if expected is None:
            return
        now = target.stat().st_mtime_ns if target.exists() else NOT_THERE
        if now != expected:
            raise TargetChanged(
                f"{self.url}/{path} was written by somebody else in the meantime",
                hint="Run the block again if this frame shall have the last word.",
                details={"target": f"{self.url}/{path}"},
            )

    def _notes(self) -> Path:
        return self._root / WORK_FOLDER / "writes"

    def _note(self, path: str, source: os.stat_result, write: str) -> None:
        """Remember which write a file comes from, by its inode: a rename keeps it."""
        self._notes().mkdir(exist_ok=True)
        self._forget_old()
        document = {"path": path, "write": write, "mtime_ns": source.st_mtime_ns}
        publish(self._notes() / f"{source.st_ino}.json", json.dumps(document).encode(), durable=False)

    def _noted(self, path: str, found: os.stat_result) -> str | None:
        with suppress(FileNotFoundError, ValueError):
            document = json.loads((self._notes() / f"{found.st_ino}.json").read_text(encoding="utf-8"))
            if (document["path"], document["mtime_ns"]) == (path, found.st_mtime_ns):
                return str(document["write"])
        return None

    def _forget_old(self) -> None:
        oldest = time.time() - NOTE_LIFETIME_S
        for note in os.scandir(self._notes()):
            with suppress(FileNotFoundError):
                if note.stat().st_mtime < oldest:
                    Path(note).unlink()
