"""A lake in a Google Cloud Storage bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.connectors.google_access import ACCESS_OPTIONS, GoogleAccess, google_access
from flowstone.connectors.google_errors import google_errors
from flowstone.connectors.lake import ObjectLake
from flowstone.connectors.lake_paths import is_visible
from flowstone.connectors.object_store import StoredObject
from flowstone.connectors.options import Options
from flowstone.connectors.scratch import scratch_folder
from flowstone.model.connections import ConnectionSettings, LakeFile, WriteContext

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Bucket

CHUNK_BYTES = 8 * 1024 * 1024
"""Of uploads: what is held in memory. Source: Google asks for multiples of 256 KiB, 8 MiB and more."""
WRITE_MARK = "flowstone-write"


def connect(settings: ConnectionSettings, context: WriteContext) -> ObjectLake:
    """Open a bucket, or with `prefix` a folder of one, as a lake. Raises: SettingsInvalid; CredentialsMissing."""
    options = Options(settings, known=ACCESS_OPTIONS | {"bucket", "prefix"})
    prefix = (options.text("prefix") or "").strip("/")
    return ObjectLake(BucketStore(google_access(options), options.required("bucket"), prefix), context)


class BucketStore:
    """Objects of a bucket. Nothing is asked of the bucket itself, so no permission on it is needed."""

    def __init__(self, access: GoogleAccess, bucket: str, prefix: str) -> None:
        self._access = access
        self._bucket_name = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    @property
    def url(self) -> str:
        """The gs:// URL of the lake's top."""
        return f"gs://{self._bucket_name}/{self._prefix}".rstrip("/")

    @cached_property
    def _bucket(self) -> Bucket:
        from google.cloud import storage

        return storage.Client(**self._access.client_arguments()).bucket(self._bucket_name)

    def _blob(self, path: str) -> Blob:
        return self._bucket.blob(self._prefix + path, chunk_size=CHUNK_BYTES)

    def staging(self) -> AbstractContextManager[Path]:
        """Give a folder among this machine's temporary files. Raises: DiskFull."""
        return scratch_folder("lake")

    def stat(self, path: str) -> StoredObject | None:
        """Look at one object; None when there is none. Raises: ConnectorError."""
        with google_errors("looking at", target=f"{self.url}/{path}"):
            blob = self._bucket.get_blob(self._prefix + path)
        return None if blob is None else self._stored(blob, path)

    def put(self, source: Path, path: str, *, write: str, expected: int | None = None) -> StoredObject:
        """Upload in chunks, checked by crc32c; the object appears whole when the last one has arrived.

        Without an expectation the generation seen now is expected: Google's client repeats an upload that failed
        half-way only under a precondition. Raises: TargetChanged; ConnectorError.
        """
        blob = self._blob(path)
        blob.metadata = {WRITE_MARK: write}
        if expected is None:
            before = self.stat(path)
            if before is not None and before.write == write and before.size_bytes == source.stat().st_size:
                return before
            expected = before.generation if before else 0
        with google_errors("writing", target=f"{self.url}/{path}"):
            blob.upload_from_filename(str(source), if_generation_match=expected, checksum="crc32c")
        source.unlink()
        return self._stored(blob, path)

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        """Download an object as one stream, checked by crc32c. Raises: TargetMissing; ConnectorError; DiskFull.

        Google's chunked download would ask anew for each chunk: of an object that is replaced meanwhile it makes a
        mixture, it checks no sum, and it fails for an empty one.
        """
        with scratch_folder("lake") as folder:
            target = folder / Path(path).name
            with google_errors("reading", target=f"{self.url}/{path}"):
                self._bucket.blob(self._prefix + path).download_to_filename(str(target), checksum="crc32c")
            yield target

    def list(self, prefix: str) -> list[LakeFile]:
        """List objects by prefix, in order of path; hidden ones are left out. Raises: ConnectorError."""
        with google_errors("listing", target=f"{self.url}/{prefix}"):
            blobs = list(self._bucket.list_blobs(prefix=self._prefix + prefix))
        files = [LakeFile(blob.name.removeprefix(self._prefix), blob.size or 0, blob.generation) for blob in blobs]
        return sorted((one for one in files if is_visible(one.path)), key=lambda one: one.path)

    def delete(self, path: str) -> None:
        """Delete an object; that it is gone already is fine. Raises: ConnectorError."""
        from google.api_core.exceptions import NotFound

        with google_errors("deleting", target=f"{self.url}/{path}"):
            try:
                self._blob(path).delete()
            except NotFound:
                return

    def _stored(self, blob: Blob, path: str) -> StoredObject:
        write = (blob.metadata or {}).get(WRITE_MARK)
        return StoredObject(path, int(blob.size or 0), int(blob.generation or 0), write)
