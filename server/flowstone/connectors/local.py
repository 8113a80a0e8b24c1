"""A lake in a folder of this machine, with the layout and the promises of one in a bucket."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from flowstone.connectors.lake import ObjectLake
from flowstone.connectors.lake_paths import clean_path, is_visible
from flowstone.connectors.object_store import NOT_THERE, StoredObject
from flowstone.connectors.options import Options
from flowstone.connectors.scratch import full_disk_named
from flowstone.disk.folder_locks import locked_folder
from flowstone.disk.publish import open_folder, publish, publish_file
from flowstone.errors.connectors import TargetChanged, TargetExists, TargetMissing
from flowstone.model.connections import ConnectionSettings, LakeFile, WriteContext

WORK_FOLDER = ".staging"
STAGED = "write-"
NOTE_LIFETIME_S = 7 * 24 * 3600
"""How long it is remembered which write put a file there: longer than any run is resumed."""


def connect(settings: ConnectionSettings, context: WriteContext) -> ObjectLake:
    """Open the folder `path` as a lake; it is made at the first write. Raises: SettingsInvalid."""
    options = Options(settings, known=frozenset({"path"}))
    return ObjectLake(FolderStore(options.path("path")), context)


class FolderStore:
    """Files beneath a folder. A file's generation is its time of change, made to go up at each write."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def url(self) -> str:
        """The folder as a file URL."""
        return self._root.as_uri()

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Give a hidden folder on the lake's own file system, so that a rename is enough to publish.

        It is locked while it is in use: one that a killed process left behind is found by that, and cleared.
        Raises: DiskFull.
        """
        with full_disk_named(str(self._root)), ExitStack() as held:
            with self._publishing():
                self._clear_abandoned()
                folder = Path(tempfile.mkdtemp(prefix=STAGED, dir=self._root / WORK_FOLDER))
                held.enter_context(locked_folder(folder, fcntl.LOCK_EX))
            held.callback(shutil.rmtree, folder, ignore_errors=True)
            yield folder

    def _clear_abandoned(self) -> None:
        for folder in (self._root / WORK_FOLDER).glob(f"{STAGED}*"):
            with suppress(FileNotFoundError, BlockingIOError), locked_folder(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(folder, ignore_errors=True)

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

        Raises: TargetChanged, when what is there is not what was expected; TargetExists, when a folder is there, or a
            file where a folder is needed; DiskFull.
        """
        target = self._root / clean_path(path)
        with self._publishing(), self._folder_of(target):
            before = self._check(target, path, expected)
            if before is not None and source.stat().st_mtime_ns <= before:
                os.utime(source, ns=(before + 1, before + 1))  # clocks tick in milliseconds; generations must differ
            if expected is not None:
                self._note(path, source.stat(), write)
            publish_file(source, target)
        found = target.stat()
        return StoredObject(path, found.st_size, found.st_mtime_ns, write)

    @contextmanager
    def _folder_of(self, target: Path) -> Iterator[None]:
        try:
            folder = open_folder(target.parent)
        except (NotADirectoryError, FileExistsError) as taken:
            raise TargetExists(
                f"{target.parent.as_uri()} lies below a file", hint="Choose another path, or move the file away."
            ) from taken
        try:
            yield
        finally:
            os.close(folder)

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        """Give the file itself. Raises: TargetMissing."""
        file = self._root / path
        if not file.is_file():
            raise TargetMissing(f"{self.url}/{path} is not there")
        yield file

    def list(self, prefix: str) -> list[LakeFile]:
        """List the files whose path starts with the prefix, in order of path; hidden ones are left out."""
        found = []
        for folder, folders, names in os.walk(self._root / prefix.rpartition("/")[0]):
            folders[:] = [name for name in folders if is_visible(name)]
            for file in (Path(folder) / name for name in names):
                with suppress(FileNotFoundError):  # it may be deleted while we look
                    found.append(LakeFile(file.relative_to(self._root).as_posix(), file.stat().st_size))
        mine = [one for one in found if one.path.startswith(prefix) and is_visible(one.path)]
        return sorted(mine, key=lambda one: one.path)

    def delete(self, path: str) -> None:
        """Delete a file, and the folders that it leaves empty."""
        file = self._root / path
        with self._publishing():  # for nobody may be putting a file into a folder that goes
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
        """Let one process at a time compare, rename and clear."""
        work = self._root / WORK_FOLDER
        os.close(open_folder(work))
        with (work / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _check(self, target: Path, path: str, expected: int | None) -> int | None:
        """Return the generation of what is there. Raises: TargetChanged; TargetExists, when it is a folder."""
        if target.is_dir():
            raise TargetExists(f"{self.url}/{path} is a folder", hint="Choose another path, or move the folder away.")
        now = target.stat().st_mtime_ns if target.exists() else None
        if expected is not None and (now or NOT_THERE) != expected:
            raise TargetChanged(
                f"{self.url}/{path} was written by somebody else in the meantime",
                hint="Run the block again if this frame shall have the last word.",
                details={"target": f"{self.url}/{path}"},
            )
        return now

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
