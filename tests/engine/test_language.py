"""The language service: what it knows, and that neither its end nor a hostile project is anybody's trouble."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from flowstone.engine.language.addresses import Addresses
from flowstone.engine.language.conversation import MAX_ASKED, Conversation
from flowstone.engine.language.desk import LanguageDesk, Upkeep
from flowstone.engine.language.message_stream import Message, framed
from flowstone.engine.language.open_texts import MAX_CHARACTERS, OpenTexts

RATE = '''\
def scale(amount: float, by: float = 2.0) -> float:
    """Scale an amount."""
    return amount * by
'''
CLEAN = """\
import pandas as pd
from flowstone import transformer
from lib.rate import scale


@transformer
def clean(trips: pd.DataFrame, *, least: float = 0.0) -> pd.DataFrame:
    factor = scale(2)
    return trips.dropna()
"""
ADDRESS = "project:/transformers/clean.py"
PATIENCE_S = 60.0


@dataclass
class Window:
    """A browser window's end of a conversation."""

    desk: LanguageDesk
    answers: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.talk = Conversation(self.desk, self.answers.put_nowait)

    def open(self, text: str, address: str = ADDRESS) -> None:
        self.talk.hear({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": address, "text": text}}})

    def change(self, text: str, address: str = ADDRESS) -> None:
        params = {"textDocument": {"uri": address}, "contentChanges": [{"text": text}]}
        self.talk.hear({"method": "textDocument/didChange", "params": params})

    async def ask(self, method: str, **params: Any) -> Any:
        self.talk.hear({"id": next(self.numbers), "method": method, "params": params})
        return await asyncio.wait_for(self.answers.get(), PATIENCE_S)

    async def at(self, method: str, text: str, mark: str, **more: Any) -> Any:
        """Ask about the place in a text where a mark begins."""
        before = text[: text.index(mark)]
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        answer = await self.ask(f"textDocument/{method}", textDocument={"uri": ADDRESS}, position=place, **more)
        assert "result" in answer, answer
        return answer["result"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a module of its own."""
    for folder in ("lib", "transformers"):
        (tmp_path / folder).mkdir()
    (tmp_path / "lib/rate.py").write_text(RATE)
    (tmp_path / "transformers/clean.py").write_text(CLEAN)
    return tmp_path


@pytest.fixture
async def desk(root: Path) -> AsyncIterator[LanguageDesk]:
    """The language service of the project."""
    desk = LanguageDesk(root)
    yield desk
    await desk.close()


async def gone(desk: LanguageDesk) -> None:
    """Wait until the desk has no server."""
    async with asyncio.timeout(PATIENCE_S):
        while desk.server_pid is not None:  # noqa: ASYNC110 - a process's end has no event
            await asyncio.sleep(0.005)


def labels(completion: Any) -> set[str]:
    return {item["label"] for item in completion["items"]}


async def test_it_knows_pandas_and_the_projects_modules_as_they_are_in_the_editor(
    desk: LanguageDesk, root: Path
) -> None:
    """Help that does not know one's own code is a dictionary."""
    window = Window(desk)
    window.open(CLEAN)

    typed = CLEAN.replace("trips.dropna()", "trips.")
    window.change(typed)
    completion = await window.at("completion", typed.replace("trips.\n", "trips.|"), "|")
    hover = await window.at("hover", CLEAN, "scale(2)")
    help_ = await window.at("signatureHelp", CLEAN, "2)")
    definition = await window.at("definition", CLEAN, "scale(2)")
    rename = await window.at("rename", CLEAN, "scale(2)", newName="scaled")

    assert {"groupby", "dropna", "merge"} <= labels(completion)
    assert "Scale an amount." in hover["contents"]["value"]
    assert help_["signatures"][0]["label"].startswith("def scale(amount: float, by: float = 2.0)")
    assert definition["uri"] == "project:/lib/rate.py"
    assert {address: len(edits) for address, edits in rename["changes"].items()} == {
        "project:/lib/rate.py": 1,
        ADDRESS: 2,
    }
    assert (root / "transformers/clean.py").read_text() == CLEAN


async def test_a_module_beyond_the_project_is_shown_only_once_it_was_pointed_to(
    desk: LanguageDesk, tmp_path: Path
) -> None:
    """Go to definition leads into pandas; it must not lead to every file of the machine."""
    window = Window(desk)
    window.open(CLEAN)
    for address in ("module:/0/x.py", "module:/../etc/passwd", "file:///etc/passwd", ADDRESS):
        assert "error" in await window.ask("flowstone/module", uri=address)

    definition = await window.at("definition", CLEAN, "dropna")
    module = await window.ask("flowstone/module", uri=definition["uri"])

    assert definition["uri"].startswith("module:/")
    assert "def dropna" in module["result"]["text"]


async def test_two_windows_with_different_texts_of_one_file_each_get_their_own_answers(desk: LanguageDesk) -> None:
    """One types in the left tab; the right one must not be told what is not in it."""
    left, right = Window(desk), Window(desk)
    left.open("here = 1\nhe\n")
    right.open("there = 1\nth\n")

    for _ in range(2):
        assert "here" in labels(await left.at("completion", "here = 1\nhe|\n", "|"))
        assert "there" in labels(await right.at("completion", "there = 1\nth|\n", "|"))
    right.talk.end()
    assert "here" in labels(await left.at("completion", "here = 1\nhe|\n", "|"))


async def test_one_that_is_killed_is_started_again_and_knows_what_is_open(desk: LanguageDesk) -> None:
    """Its crash is not a crash of ours."""
    window = Window(desk)
    window.open(CLEAN)
    before = desk.server_pid
    await window.at("hover", CLEAN, "scale(2)")
    first = desk.server_pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    await gone(desk)
    hover = await window.at("hover", CLEAN, "scale(2)")

    assert "Scale an amount." in hover["contents"]["value"]
    assert before is None, "nobody had asked anything yet"
    assert desk.server_pid not in (None, first)


async def test_one_that_nobody_asks_is_let_go_and_comes_back(root: Path) -> None:
    """A hundred megabytes for each project that was open this morning."""
    desk = LanguageDesk(root, upkeep=Upkeep(idle_s=0.0, look_s=0.01))
    window = Window(desk)
    window.open(CLEAN)
    await window.at("hover", CLEAN, "scale(2)")
    await gone(desk)

    hover = await window.at("hover", CLEAN, "scale(2)")

    assert "Scale an amount." in hover["contents"]["value"]
    await desk.close()


@pytest.mark.parametrize("command", [["/no/such/server"], [sys.executable, "-c", "print('no protocol')"]])
async def test_one_that_cannot_be_used_is_said_to_be_so_and_not_started_for_ever(
    root: Path, command: list[str]
) -> None:
    """Completion that is missing is a nuisance; a fork at each key would be the end."""
    desk = LanguageDesk(root, command=command)
    window = Window(desk)
    window.open(CLEAN)
    place = {"textDocument": {"uri": ADDRESS}, "position": {"line": 0, "character": 0}}

    answers = [await window.ask("textDocument/hover", **place) for _ in range(4)]

    assert all("error" in answer for answer in answers)
    assert "left alone" in answers[-1]["error"]["message"]
    await desk.close()


async def test_looking_at_a_hostile_project_runs_nothing_of_it(root: Path) -> None:
    """The language server would start the interpreter that a project names: a path to somebody's program."""
    evil = root / "evil.sh"
    evil.write_text(f'#!/bin/sh\ntouch {root}/ran\nexec {sys.executable} "$@"\n')
    evil.chmod(0o755)
    (root / "pyrefly.toml").write_text(f'python-interpreter-path = "{evil}"\n')
    (root / "pyproject.toml").write_text(f'[tool.pyrefly]\npython-interpreter-path = "{evil}"\n')
    (root / ".venv/bin").mkdir(parents=True)
    for name in ("python", "python3"):
        (root / ".venv/bin" / name).symlink_to(evil)
    (root / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    desk = LanguageDesk(root)
    window = Window(desk)
    window.open(CLEAN)

    hover = await window.at("hover", CLEAN, "dropna")

    assert "DataFrame" in hover["contents"]["value"]
    assert not (root / "ran").exists()
    await desk.close()


async def test_what_is_no_question_is_answered_or_passed_over(desk: LanguageDesk) -> None:
    """Whatever a page sends, the server goes on."""
    window = Window(desk)
    for message in ({}, {"method": 3}, {"method": "textDocument/didChange"}, {"method": "exit", "params": []}):
        window.talk.hear(message)
    window.talk.hear({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": ADDRESS, "text": 4}}})

    assert (await window.ask("workspace/executeCommand"))["error"]["code"] == -32601
    assert (await window.ask("textDocument/hover", textDocument={"uri": "file:///etc/passwd"}))["error"]
    assert "not open" in (await window.ask("textDocument/hover", textDocument={"uri": ADDRESS}))["error"]["message"]
    assert (await window.ask("initialize"))["result"]["capabilities"]["textDocumentSync"]["change"] == 1
    window.talk.end()


async def test_questions_at_once_have_a_bound_and_can_be_taken_back(root: Path) -> None:
    """A page gone wild must not queue without end."""
    desk = LanguageDesk(root, command=[sys.executable, "-c", "import sys; sys.stdin.read()"])
    window = Window(desk)
    window.open(CLEAN)
    question = {"textDocument": {"uri": ADDRESS}, "position": {"line": 0, "character": 0}}

    for number in range(MAX_ASKED + 1):
        window.talk.hear({"id": number, "method": "textDocument/hover", "params": question})
    refused = await window.answers.get()
    await asyncio.sleep(0)
    window.talk.hear({"method": "$/cancelRequest", "params": {"id": 0}})
    cancelled = await window.answers.get()

    assert (refused["id"], refused["error"]["message"]) == (MAX_ASKED, "too many questions at once")
    assert (cancelled["id"], cancelled["error"]["code"]) == (0, -32800)
    window.talk.end()
    await desk.close()


def test_texts_have_their_bound() -> None:
    """What is open is held in memory."""
    texts = OpenTexts()

    assert texts.put(1, "file:///a.py", "x" * MAX_CHARACTERS)
    assert not texts.put(1, "file:///a.py", "x" * (MAX_CHARACTERS + 1))
    assert not texts.has(1, "file:///a.py")


@pytest.mark.parametrize(
    "address",
    ["project:/../a.py", "project:/a/../../b.py", "project://etc/passwd", "project:/", "file:///a.py", "", "a"],
)
def test_an_address_that_leaves_the_project_is_none(tmp_path: Path, address: str) -> None:
    """The language server reads what it is told to."""
    assert Addresses(tmp_path).path(address) is None


def test_addresses_say_the_same_both_ways(tmp_path: Path) -> None:
    """A space or an umlaut in a folder's name is no reason to find nothing."""
    addresses = Addresses(tmp_path / "my prüject")

    address = addresses.address(addresses.uri("lib/a ä.py"))

    assert addresses.path(address) == "lib/a ä.py"
    assert addresses.readdressed({"changes": {addresses.uri("a.py"): [{"range": 1}]}}) == {
        "changes": {"project:/a.py": [{"range": 1}]}
    }


def test_a_message_goes_through_a_pipe_by_its_bytes() -> None:
    """Its length counts bytes; an umlaut has two."""
    assert framed({"a": "ä"}).endswith(b'\r\n\r\n{"a": "\\u00e4"}')
