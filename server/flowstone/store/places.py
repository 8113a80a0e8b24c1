"""Where stored things are kept for several machines: a shared folder, or a URL that fsspec can open."""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from flowstone.disk.publish import publish_file
from flowstone.errors.base import FlowstoneError
from flowstone.errors.cluster import ExtraMissing, StoreAddressInvalid, StoreUnreachable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

WHOLE_AT_ONCE = frozenset({"abfs", "abfss", "az", "gcs", "gs", "memory", "oss", "s3", "s3a"})
"""Stores where an upload shows when it is complete and not before; elsewhere a file is uploaded aside and renamed.

Source: the consistency pages of Google Cloud Storage, Amazon S3 and Azure Blob Storage.
"""


class Place(Protocol):
    """A tree of files that are put there whole and never change."""

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None where there is none. Raises: StoreUnreachable."""
        ...

    def put(self, source: Path, path: str) -> None:
        """Put a copy of a file there, at one moment. Raises: StoreUnreachable; DiskFull."""
        ...

    def fetch(self, path: str, target: Path) -> None:
        """Write a file's content to `target`. Raises: FileNotFoundError; StoreUnreachable."""
        ...


def is_url(address: str) -> bool:
    """Say whether an address names a store by URL, and not a folder."""
    return "://" in address


def place_at(address: str) -> Place:
    """Return the place at a folder's path or a URL; a URL is opened when it is first used."""
    return UrlPlace(address) if is_url(address) else FolderPlace(Path(address))


def checked_address(address: str, *, beneath: Path) -> str:
    """Return an address as every machine is to be told it: a URL, or the absolute path of a folder.

    Raises: StoreAddressInvalid, for a URL with a password in it: it would be seen in logs and process lists.
    """
    if not is_url(address):
        return str((beneath / address).resolve())
    parts = urlsplit(address)
    if parts.username or parts.password:
        raise StoreAddressInvalid(
            f"The address of the artifact store, {parts.scheme}://…@{parts.hostname}, has a user or a password in it",
            hint="Leave it out: each machine signs in with its own credentials, from its environment.",
        )
    if parts.scheme == "file":
        return str(Path(parts.path).resolve())
    return address.rstrip("/")


class FolderPlace:
    """A folder that all machines see under the same path."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None where there is none."""
        try:
            return (self._root / path).stat().st_size
        except FileNotFoundError:
            return None

    def put(self, source: Path, path: str) -> None:
        """Put a copy of a file there, at one moment. Raises: DiskFull; OSError."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"draft-{uuid.uuid4().hex}")
        try:
            shutil.copyfile(source, draft)
            publish_file(draft, target)
        finally:
            draft.unlink(missing_ok=True)

    def fetch(self, path: str, target: Path) -> None:
        """Write a file's content to `target`. Raises: FileNotFoundError; OSError."""
        shutil.copyfile(self._root / path, target)


class UrlPlace:
    """A bucket, or a folder of one: whatever fsspec can open. Each process signs in by itself."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_whole_at_once = urlsplit(url).scheme in WHOLE_AT_ONCE

    @cached_property
    def _opened(self) -> tuple[AbstractFileSystem, str]:
        # Only when it is used: a command that lists runs has no need to sign in.
        return _open(self._url)

    @property
    def _files(self) -> AbstractFileSystem:
        return self._opened[0]

    @property
    def _root(self) -> str:
        return self._opened[1]

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None where there is none. Raises: ExtraMissing; StoreUnreachable."""
        with self._said():
            try:
                # Asked anew: what a listing said before is kept by fsspec, and another machine may have written since.
                target = f"{self._root}/{path}"
                self._files.invalidate_cache(target.rpartition("/")[0])
                found: int = self._files.info(target)["size"]
            except FileNotFoundError:
                return None
        return found

    def put(self, source: Path, path: str) -> None:
        """Put a copy of a file there, at one moment. Raises: StoreUnreachable, also when there is no such bucket."""
        with self._said():
            try:
                self._put(source, f"{self._root}/{path}")
            except FileNotFoundError as gone:
                raise StoreUnreachable(self._url, "there is no such bucket or folder") from gone

    def _put(self, source: Path, target: str) -> None:
        if self._is_whole_at_once:
            self._files.put_file(str(source), target)
            return
        folder = target.rpartition("/")[0]
        draft = f"{folder}/draft-{uuid.uuid4().hex}"
        self._files.makedirs(folder, exist_ok=True)
        self._files.put_file(str(source), draft)
        self._files.mv(draft, target)

    def fetch(self, path: str, target: Path) -> None:
        """Write a file's content to `target`. Raises: FileNotFoundError; StoreUnreachable."""
        with self._said():
            self._files.get_file(f"{self._root}/{path}", str(target))

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say in our words what the store's own client raises. Raises: StoreUnreachable."""
        try:
            yield
        except (FileNotFoundError, FlowstoneError):
            raise
        except Exception as wrong:  # every service's client has its own exceptions, and no common one
            raise StoreUnreachable(self._url, f"{type(wrong).__name__}: {wrong}"[:300]) from wrong


def _open(url: str) -> tuple[AbstractFileSystem, str]:
    try:
        import fsspec
    except ImportError as missing:
        raise ExtraMissing(f"An artifact store at {url}", extra="remote", package="fsspec") from missing
    options: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True, **_google_options(url)}
    try:
        files, root = fsspec.url_to_fs(url, **options)
    except ImportError as missing:
        raise ExtraMissing(f"An artifact store at {url}", extra="remote", package=str(missing)[:200]) from missing
    except Exception as wrong:  # signing in may fail in as many ways as there are services
        raise StoreUnreachable(url, f"{type(wrong).__name__}: {wrong}"[:300]) from wrong
    return files, str(root).rstrip("/")


def _google_options(url: str) -> dict[str, Any]:
    """Return what gcsfs is to be told; it must be before it is imported.

    It asks a second service about the bucket first, of which nothing here needs the answer, and waits a minute where
    only the storage API is to be reached. An emulator's address has no TLS: credentials are never sent in the clear.
    Source: gcsfs, "Hierarchical namespace support", "Emulators and endpoint".
    """
    if urlsplit(url).scheme not in ("gs", "gcs"):
        return {}
    logging.getLogger("gcsfs").setLevel(logging.CRITICAL)  # what goes wrong is raised, and said once
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    return {"token": "anon"} if os.environ.get("STORAGE_EMULATOR_HOST", "").startswith("http://") else {}
