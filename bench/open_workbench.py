"""What somebody waits for who edits in an open workbench: from the request to what the socket tells."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from bench.engine import run
from bench.figures import Figure
from bench.made_projects import CLEAN, DAILY, ENRICH, HEAD, MAKE_TRIPS, chain, taxi
from bench.start_up import served, sign_in_link

CLICKS = 60
EDITS = 7
EDIT_SLACK_S = 0.06
IN_MEMORY = f"""
import time
import pandas as pd
enriched = pd.read_parquet("enriched.parquet")
took = []
for _ in range(7):
    began = time.perf_counter()
    daily = {DAILY}
    took.append(time.perf_counter() - began)
print(sorted(took)[3])
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A connection that is kept open, as a browser's is. A client library adds 2 ms of its own to each request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    path: str
    headers: Mapping[str, str]

    async def post(self, path: str, body: object) -> Any:
        """Send a value and return the answer's. Raises: ConnectionError, when it is no success."""
        content = json.dumps(body).encode()
        headers = {**self.headers, "Content-Type": "application/json", "Content-Length": len(content)}
        lines = (f"POST {self.path}{path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()))
        self.writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode() + content)
        first, *answered = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        length = next(line.split(":")[1] for line in answered if line.lower().startswith("content-length:"))
        answer = await self.reader.readexactly(int(length))
        if not first.split()[1].startswith("2"):
            raise ConnectionError(f"{first}: {answer.decode()}")
        return json.loads(answer)


@dataclass(frozen=True, slots=True)
class Tab:
    """A signed-in browser's tab: requests, and a socket that follows the project."""

    line: Line
    socket: WebSocketClientConnection

    async def run(self, pipeline: str, block: str, *, reuse: str = "editor") -> float:
        """Ask for a block's run and wait for its end at the socket. Units: seconds."""
        began = time.perf_counter()
        body = {"blocks": [block], "reuse": reuse}
        started = (await self.line.post(f"pipelines/{pipeline}/runs", body))["run"]
        while True:
            happening = json.loads(await self._heard()).get("happening", {})
            if happening.get("type") == "block_changed" and happening["run"] == started and _is_over(happening, block):
                return time.perf_counter() - began

    async def _heard(self) -> str:
        text = await self.socket.read_message()
        if not isinstance(text, str):
            raise ConnectionError("the socket was closed")
        return text


def _is_over(happening: dict[str, Any], block: str) -> bool:
    told = happening["block"]
    if told["id"] == block and told["state"] == "failed":
        raise RuntimeError(f"{block} failed: {told}")
    return bool(told["id"] == block and told["state"] in ("done", "reused"))


@asynccontextmanager
async def tab(project: Path, *, port: int) -> AsyncIterator[Tab]:
    """Serve a project and open a tab on it."""
    with served(project, port=port) as server:
        url, _, token = sign_in_link(server).partition("#token=")
        async with httpx.AsyncClient(base_url=url.rstrip("/") + "/api/v1/", timeout=30, trust_env=False) as http:
            signed_in = (await http.post("sign-in", json={"token": token})).raise_for_status()
            key = signed_in.json()["key"]
            cookie = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())
            named = (await http.get("projects", headers={"X-Flowstone-Key": key})).raise_for_status().json()
            project_id = named[0]["id"]
            headers = {"Origin": url.rstrip("/"), "Cookie": cookie}
            socket = await websocket_connect(
                HTTPRequest(f"ws{url.removeprefix('http').rstrip('/')}/api/v1/socket", headers=headers)
            )
            for message in ({"op": "hello", "key": key}, {"op": "subscribe", "topics": [f"project:{project_id}"]}):
                await socket.write_message(json.dumps(message))
            host = url.removeprefix("http://").rstrip("/")
            reader, writer = await asyncio.open_connection(*host.split(":"))
            known = {"Host": host, "Cookie": cookie, "X-Flowstone-Key": key}
            yield Tab(Line(reader, writer, f"/api/v1/projects/{project_id}/", known), socket)
            writer.close()


async def _clicks(project: Path) -> float:
    async with tab(project, port=8993) as open_tab:
        for _ in range(5):
            await open_tab.run("chain", "b0", reuse="never")
        return statistics.median([await open_tab.run("chain", "b0", reuse="never") for _ in range(CLICKS)])


async def _edits(project: Path) -> float:
    took = []
    file = project / "transformers" / "daily.py"
    async with tab(project, port=8994) as open_tab:
        await open_tab.run("taxi", "daily")
        for number in range(EDITS):
            text = f"@transformer\ndef daily(enriched):\n    edit = {number}\n    return {DAILY}\n"
            file.write_text(HEAD + text, encoding="utf-8")
            took.append(await open_tab.run("taxi", "daily"))
    return statistics.median(took[1:])


def figures(folder: Path) -> list[Figure]:
    """Measure a trivial block from click to output, and the last block of the taxi pipeline edited and run again."""
    one, trips = chain(folder / "clicked", 1), taxi(folder / "edited")
    subprocess.run([sys.executable, "-c", MAKE_TRIPS], cwd=trips, check=True)
    run(trips, "taxi")
    keep = "import pandas as pd; t = pd.read_parquet('trips.parquet'); "
    prepare = f"{keep}trips = t; clean = {CLEAN}; ({ENRICH}).to_parquet('enriched.parquet')"
    subprocess.run([sys.executable, "-c", prepare], cwd=trips, check=True)
    plain = subprocess.run([sys.executable, "-c", IN_MEMORY], cwd=trips, check=True, capture_output=True, text=True)
    in_memory = float(plain.stdout)
    return [
        Figure("trivial block, from request to output at the socket, p50", asyncio.run(_clicks(one)) * 1000, "ms", 5),
        Figure(
            "taxi's last block edited and run again",
            asyncio.run(_edits(trips)) * 1000,
            "ms",
            (1.2 * in_memory + EDIT_SLACK_S) * 1000,
            in_memory * 1000,
            rivals="marimo 0.9 ×, luigi 11 ×, dagster 43 ×, mage 56 ×",
        ),
    ]
