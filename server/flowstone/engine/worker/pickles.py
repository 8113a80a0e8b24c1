"""Objects as pickles under a seal: made by workers, and opened by workers that hold the key, after a look at the seal.

Layout: a mark, the hash of the project's code that made it, the pickle, and the seal: 32 bytes of keyed BLAKE2b
over all that stands before it.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib
import mmap
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from flowstone.engine.modules import python_hash
from flowstone.engine.worker.code import load_module
from flowstone.engine.worker.tables import room_for
from flowstone.errors.engine import InputUnfit, OutputUnfit, SealBroken
from flowstone.errors.source import SyntaxInvalid
from flowstone.model.output import Exact, Output, OutputKind
from flowstone.store.artifacts import ArtifactStore, hash_file

MARK = b"flowstone pickle 1\n"
CODE_BYTES = 16
SEAL_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pickles:
    """Where pickles lie, the key of their seals, and the code that their objects' classes come from."""

    store: ArtifactStore
    key: bytes
    code_root: Path

    def write(self, value: object) -> Exact:
        """Store an object as a pickle.

        Raises: OutputUnfit, when it cannot be pickled; DiskFull; OSError.
        """
        draft = self.store.draft()
        try:
            with room_for("exact"):
                with draft.open("wb") as file:
                    self._write(value, file)
                size_bytes = draft.stat().st_size
                output = Output(name="exact", kind=OutputKind.PICKLE, hash=hash_file(draft), size_bytes=size_bytes)
                return Exact(self.store.adopt(draft, output).output.hash, type_name(value))
        finally:
            draft.unlink(missing_ok=True)

    def _write(self, value: object, file: BinaryIO) -> None:
        sealed = _Sealed(file, self._seal())
        sealed.write(MARK + _code_hash(self.code_root))
        try:
            pickle.Pickler(sealed, protocol=5).dump(value)
        except OSError:
            raise
        except Exception as wrong:
            raise OutputUnfit(
                f"A {type_name(value)} cannot be stored: {wrong}",
                hint="Return a frame, or what JSON can hold, or an object that can be pickled.",
            ) from wrong
        file.write(sealed.seal.digest())

    def _seal(self) -> hashlib.blake2b:
        key = hashlib.blake2b(self.key).digest() if len(self.key) > hashlib.blake2b.MAX_KEY_SIZE else self.key
        return hashlib.blake2b(key=key, digest_size=SEAL_BYTES, person=b"flowstone pickle")

    def open(self, exact: Exact) -> Any:
        """Open a pickle, once its seal is seen to be whole.

        Raises: SealBroken, with nothing opened; InputUnfit, when its classes are gone; NotFound; ArtifactCorrupt.
        """
        path = self.store.find(exact.hash).path
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            self._check(mapped)
            mapped.seek(len(MARK) + CODE_BYTES)
            return self._load(mapped, exact)

    def _check(self, mapped: mmap.mmap) -> None:
        seal = self._seal()
        with memoryview(mapped) as content, content[:-SEAL_BYTES] as sealed:
            seal.update(sealed)
        is_ours = hmac.compare_digest(seal.digest(), mapped[-SEAL_BYTES:])
        if not is_ours or mapped[: len(MARK)] != MARK:
            raise SealBroken(
                "The upstream's output holds an object that was not made by this installation, or has changed since",
                hint="Run the upstream again.",
            )

    def _load(self, mapped: mmap.mmap, exact: Exact) -> Any:
        try:
            return _Unpickler(mapped, self.code_root).load()
        except MemoryError:
            raise
        except Exception as wrong:
            raise InputUnfit(
                f"The upstream's {exact.type} cannot be opened: {wrong}",
                hint="Run the upstream again: its class or its package may have changed since.",
            ) from wrong


class _Sealed:
    """A file whose content goes through a seal on its way."""

    def __init__(self, file: BinaryIO, seal: hashlib.blake2b) -> None:
        self._file = file
        self.seal = seal

    def write(self, content: bytes) -> int:
        """Write some of it, and count it."""
        self.seal.update(content)
        return self._file.write(content)


class _Unpickler(pickle.Unpickler):
    """Finds classes of the project's own files also where an installed package has the name of their folder."""

    def __init__(self, file: mmap.mmap, code_root: Path) -> None:
        super().__init__(file)
        self._code_root = code_root

    def find_class(self, module: str, name: str) -> Any:
        file = f"{module.replace('.', '/')}.py"
        if module not in sys.modules and (self._code_root / file).is_file():
            _imported(module, self._code_root, file)
        return super().find_class(module, name)


def _imported(name: str, code_root: Path, file: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError:
        return load_module(code_root, file)


def type_name(value: object) -> str:
    """Return the name of an object's class as people know it: `pandas.DataFrame`, `dict`."""
    kind = type(value)
    module = "pandas" if kind.__module__.startswith("pandas.") else kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _code_hash(code_root: Path) -> bytes:
    """Return a hash of the project's modules that are loaded.

    What an object does is told by its class's code, which is not in its pickle: a block that reads the object must
    see other content when that code has changed.
    """
    digest = hashlib.blake2b(digest_size=CODE_BYTES)
    files = {str(getattr(module, "__dict__", {}).get("__file__") or "") for module in list(sys.modules.values())}
    for file in sorted(file for file in files if file.startswith(f"{code_root}/")):
        text = Path(file).read_text(encoding="utf-8-sig", errors="replace")
        digest.update(f"{file.removeprefix(str(code_root))}\0{_hash(text)}\0".encode())
    return digest.digest()


def _hash(text: str) -> str:
    try:
        return python_hash(text)
    except SyntaxInvalid:
        return text
