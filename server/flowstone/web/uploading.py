"""Take files in: their bytes go to disk as they come, and none is held whole in memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from flowstone.errors.base import FlowstoneError
from flowstone.errors.web import RequestRefused
from flowstone.web.api import ApiHandler, path_values, query_values
from flowstone.web.guarded import DRAINED_BYTES
from flowstone.web.route import BYTES

if TYPE_CHECKING:
    from tornado.http1connection import HTTP1Connection

    from flowstone.store.uploads import Upload

PIECE_BYTES = 1 << 20
SLOWEST_BYTES_S = 64 << 10
"""A client that sends slower than this is let go, in the end."""
GRACE_S = 60.0


class LengthRequired(RequestRefused):
    """A file came without saying how long it is."""

    code = "length_required"
    status = 411


class UploadHandler(ApiHandler):
    """One path that takes a file's content as its body."""

    media_type = BYTES
    _upload: Upload | None = None

    async def prepare(self) -> None:  # type: ignore[override] # Tornado waits for one that is a coroutine
        """Decide on a request by its headers, then open a draft for the file. Raises: the refusal."""
        super().prepare()
        if self._finished or self._refusal is not None:
            return
        size_bytes = self._declared_bytes()
        try:
            await self._begin(size_bytes)
        except FlowstoneError as refused:
            if size_bytes > DRAINED_BYTES:
                raise
            self._refusal = refused
        connection = cast("HTTP1Connection", self.request.connection)
        connection.set_body_timeout(GRACE_S + size_bytes / SLOWEST_BYTES_S)

    async def _begin(self, size_bytes: int) -> None:
        from flowstone.store.uploads import Upload

        if "Content-Length" not in self.request.headers:
            raise LengthRequired("A file must say how long it is", hint="Send it with its Content-Length.")
        path = path_values(self.path_kwargs)
        query = query_values(self.route.query, self.request.query)
        opened = await self.site.services.shelf.project(path["project"])
        self._upload = await asyncio.to_thread(
            Upload.begin, opened.root, path["path"], size_bytes=size_bytes, replaces=query["replace"] == 1
        )

    async def data_received(self, chunk: bytes) -> None:  # type: ignore[override] # as prepare
        """Write a piece of the file, without making the loop wait for the disk. Raises: BodyTooLarge."""
        super().data_received(chunk)
        if len(self.body) >= PIECE_BYTES:
            await self._write()

    async def _write(self) -> None:
        if self._refusal is None and self._upload is not None:
            try:
                await asyncio.to_thread(self._upload.write, bytes(self.body))
            except FlowstoneError as failed:
                self._refusal = failed
        self.body.clear()

    async def put(self, **path: str) -> None:
        """Answer once all of the file is there. Raises: DiskFull; what kept it from beginning."""
        await self._write()
        await self.answer(**path)

    def _read_body(self) -> Upload | None:
        return self._upload

    def on_finish(self) -> None:
        """Drop what came of a file that was not finished."""
        super().on_finish()
        self._drop()

    def on_connection_close(self) -> None:
        """Drop what came of a file whose sender is gone."""
        super().on_connection_close()
        self._drop()

    def _drop(self) -> None:
        upload, self._upload = self._upload, None
        if upload is not None:
            upload.abandon()
