"""Alerts: who is told, of what, how often, and never with a secret."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import psutil
import pytest
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP
from tests.kit.schedules import SetClock, Town
from tests.kit.small_projects import write

from flowstone.errors.base import Place
from flowstone.errors.source import WrongValue
from flowstone.errors.store import DiskFull
from flowstone.model.alerts import AlertKind
from flowstone.model.firing import Letter, LetterState
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunState
from flowstone.schedule.post import RETRY_AFTER_S, Outgoing, send_by_apprise
from flowstone.schedule.secrets import url_secrets

LINE = PipelineId("line")
KEY = "hook-key-8d1f"
ENVIRONMENT = {"ALERTS": f"json://example.org/{KEY}", "DB_PASSWORD": "swordfish-77"}
ALERTS = 'alerts: {urls: ["${env:ALERTS}"]}\n'


def write_line(root: Path, own: str = "", project: str = ALERTS) -> None:
    write(root, "flowstone.yaml", f"name: small\n{project}")
    write(root, "pipelines/line.yaml", f'blocks: {{}}\nschedule: {{cron: "0 * * * *"}}\n{own}')


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    write_line(tmp_path)
    made = Town(tmp_path, SetClock("2026-11-22 10:30"), environment=ENVIRONMENT)
    await made.at("2026-11-22 10:30")
    yield made
    await made.close()


def fill_up(root: Path, *, column: str) -> None:
    """Let every change of a column of the alerts fail, as on a disk without room."""
    with closing(sqlite3.connect(root / ".flowstone/ledger.db")) as database:
        database.executescript(
            f"CREATE TRIGGER full_{column} BEFORE UPDATE OF {column} ON alerts "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;"
        )


async def one_run(town: Town, hour: int, state: RunState, message: str = "no such file") -> None:
    await town.at(f"2026-11-22 {hour}:00")
    run = town.runs.requests[-1].run
    assert run is not None
    await town.runs.end(run, state, message=message)
    await town.at(f"2026-11-22 {hour}:01")


def titles(town: Town) -> list[str]:
    return [title for _, title, _ in town.box.sent]


async def letters(town: Town) -> list[tuple[str, str, int]]:
    found = await town.ledger.do(lambda ledger: ledger.letters.recent(LINE, 100))
    return [(letter.kind.value, letter.state.value, letter.attempts) for letter in reversed(found)]


async def test_each_failure_and_the_first_success_after_are_told(town: Town) -> None:
    """Nobody wants a mail a day that all is well; everybody wants the one that it is well again."""
    states = [RunState.DONE, RunState.FAILED, RunState.FAILED, RunState.DONE, RunState.DONE]

    for hour, state in enumerate(states, start=11):
        await one_run(town, hour, state)

    assert titles(town) == ["line failed", "line failed", "line is well again"]
    url, _, body = town.box.sent[0]
    assert url == ENVIRONMENT["ALERTS"]
    assert "2026-11-22T12:00:00+00:00" in body
    assert "load: no such file" in body


async def test_a_run_that_somebody_stopped_is_neither(town: Town) -> None:
    """Whoever stops a run knows."""
    await one_run(town, 11, RunState.FAILED)
    await one_run(town, 12, RunState.CANCELLED)
    await one_run(town, 13, RunState.DONE)

    assert titles(town) == ["line failed", "line is well again"]


async def test_a_run_that_could_not_start_is_a_failure(town: Town) -> None:
    """There is no run to look at, which is worse."""
    town.runs.refusal = WrongValue("the param month has no value", place=Place("pipelines/line.yaml", 3))
    await town.at("2026-11-22 11:00")
    town.runs.refusal = None

    await one_run(town, 12, RunState.DONE)

    assert titles(town) == ["line failed", "line is well again"]
    assert "the param month has no value" in town.box.sent[0][2]


async def test_only_what_is_asked_for_is_told(town: Town, tmp_path: Path) -> None:
    """`on` chooses, and a pipeline's own word goes before the project's."""
    write_line(tmp_path, own='alerts: {urls: ["${env:ALERTS}"], on: [recovery]}\n')
    await town.scheduler.files_changed({"pipelines/line.yaml"})

    await one_run(town, 11, RunState.FAILED)
    await one_run(town, 12, RunState.DONE)

    assert titles(town) == ["line is well again"]


async def test_a_pipeline_can_keep_quiet(town: Town, tmp_path: Path) -> None:
    """An experiment should wake nobody."""
    write_line(tmp_path, own="alerts: false\n")
    await town.scheduler.files_changed({"pipelines/line.yaml"})

    await one_run(town, 11, RunState.FAILED)

    assert (town.box.sent, await letters(town)) == ([], [])


async def test_an_alert_that_does_not_arrive_fails_no_run_and_is_tried_again(town: Town) -> None:
    """The mail server is often what is down."""
    town.box.losses = 1
    await one_run(town, 11, RunState.FAILED)
    first = await letters(town)
    await town.at("2026-11-22 11:01:05")
    early = await letters(town)

    await town.at("2026-11-22 11:01:11")

    assert (first, early) == ([("failure", "waiting", 1)], [("failure", "waiting", 1)])
    assert await letters(town) == [("failure", "sent", 2)]
    assert (await town.ticks())[0] == ("22 11:00", 1, "ended")


async def test_after_the_last_attempt_it_is_given_up_and_says_why(town: Town) -> None:
    """A wrong address must not be tried for ever, nor be forgotten."""
    town.box.losses = 100
    town.box.why = f"no route to {KEY}"
    await one_run(town, 11, RunState.FAILED)

    for wait in RETRY_AFTER_S:
        town.clock.time += wait + 1
        for _ in range(2):
            await town.scheduler.round()
            await town.post.idle()

    (letter,) = await town.ledger.do(lambda ledger: ledger.letters.recent(LINE, 10))
    assert (letter.state, letter.attempts) == (LetterState.GIVEN_UP, len(RETRY_AFTER_S) + 1)
    assert letter.why == "no route to •••"


async def test_a_variable_that_is_not_set_is_said_and_the_alert_waits_for_it(tmp_path: Path) -> None:
    """The commonest mistake of all."""
    write_line(tmp_path)
    town = Town(tmp_path, SetClock("2026-11-22 10:30"), environment={})
    await town.at("2026-11-22 10:30")

    await one_run(town, 11, RunState.FAILED)

    (letter,) = await town.ledger.do(lambda ledger: ledger.letters.recent(LINE, 10))
    assert (letter.state, letter.why) == (LetterState.WAITING, "the variable ALERTS is not set")
    await town.close()


async def test_a_secret_in_a_failure_is_not_told_on(town: Town, tmp_path: Path) -> None:
    """A database's driver puts the address with its password into its message."""
    connections = "profiles:\n  local:\n    db: {type: postgres, url: 'postgresql://u:${env:DB_PASSWORD}@db/x'}\n"
    write(tmp_path, "connections.yaml", connections)

    await one_run(town, 11, RunState.FAILED, message="cannot reach postgresql://u:swordfish-77@db/x")

    (letter,) = await town.ledger.do(lambda ledger: ledger.letters.recent(LINE, 10))
    assert "swordfish-77" not in letter.body + town.box.sent[0][2]
    assert "postgresql://u:•••@db/x" in letter.body


async def test_a_secret_in_a_refusal_is_not_kept(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """The browser shows why a run could not start, and the log is mailed about."""
    town.runs.refusal = WrongValue("no bucket at gs://swordfish-77", place=Place("pipelines/line.yaml"))

    await town.at("2026-11-22 11:00")

    (firing,) = await town.ledger.do(lambda ledger: ledger.triggers.recent(LINE, 1))
    assert firing.reason.endswith("no bucket at gs://•••")
    assert "swordfish-77" not in caplog.text


async def test_nothing_of_a_url_is_in_the_ledger_or_the_log(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Both are read by more people than the key is meant for."""
    town.box.losses = 1
    town.box.why = f"https://example.org/{KEY} answered 500"

    await one_run(town, 11, RunState.FAILED)

    kept = b"".join(path.read_bytes() for path in (tmp_path / ".flowstone").glob("ledger.db*"))
    assert KEY.encode() not in kept
    assert KEY not in caplog.text
    assert "did not arrive" in caplog.text


async def test_alerts_go_out_while_runs_cannot_start(town: Town) -> None:
    """A full disk is when people most need to hear something."""
    town.box.losses = 1
    await one_run(town, 11, RunState.FAILED)
    town.runs.refusal = DiskFull("the ledger")
    town.clock.set("2026-11-22 12:00")

    with pytest.raises(DiskFull):
        await town.scheduler.round()

    await town.post.idle()
    assert titles(town) == ["line failed"]


@pytest.mark.parametrize("is_told_before", [True, False])
async def test_a_run_that_was_taken_up_and_ended_before_anybody_listened_is_told(
    tmp_path: Path, *, is_told_before: bool
) -> None:
    """After a restart a run may be done within milliseconds: what it came to must not be missed."""
    write_line(tmp_path)
    before = Town(tmp_path, SetClock("2026-11-22 10:30"), environment=ENVIRONMENT)
    await before.at("2026-11-22 10:30")
    await before.at("2026-11-22 11:00")
    run = before.runs.requests[-1].run
    assert run is not None
    if is_told_before:
        await before.runs.end(run, RunState.FAILED)
        await before.at("2026-11-22 11:01")
    await before.close()
    after = Town(tmp_path, SetClock("2026-11-22 11:02"), environment=ENVIRONMENT)
    await after.runs.end(run, RunState.DONE if is_told_before else RunState.FAILED)

    await after.at("2026-11-22 11:03")

    told = await letters(after)
    await after.close()
    assert [kind for kind, _, _ in told] == (["failure", "recovery"] if is_told_before else ["failure"])


async def test_a_broken_file_is_as_quiet_as_it_was(town: Town, tmp_path: Path) -> None:
    """Who asked for silence gets it, also in the middle of an edit."""
    write_line(tmp_path, own="alerts: false\n")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 11:00")
    write(tmp_path, "pipelines/line.yaml", "blocks: {\n")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    (request,) = town.runs.requests
    assert request.run is not None
    await town.runs.end(request.run, RunState.FAILED)

    await town.at("2026-11-22 11:10")

    assert (town.box.sent, await letters(town)) == ([], [])


@pytest.mark.parametrize(("column", "times"), [("attempts", 0), ("state", 1)])
async def test_without_room_to_write_it_down_an_alert_is_not_sent_again_and_again(
    town: Town, tmp_path: Path, column: str, times: int
) -> None:
    """A full disk must not make one mail a second of one failure."""
    await town.at("2026-11-22 11:00")
    (request,) = town.runs.requests
    assert request.run is not None
    await town.runs.end(request.run, RunState.FAILED)
    fill_up(tmp_path, column=column)

    for second in range(30):
        await town.at(f"2026-11-22 11:01:{second:02}")

    assert titles(town) == ["line failed"] * times


async def test_an_answer_that_is_missing_is_an_attempt_that_failed(town: Town) -> None:
    """A sender that says nothing is asked again as late as any other, not every second."""
    town.box.silent = 1
    await one_run(town, 11, RunState.FAILED)

    assert await letters(town) == [("failure", "waiting", 1)]


# --- With apprise and real receivers --------------------------------------------------------------


class Hook(BaseHTTPRequestHandler):
    """A webhook that keeps what it is sent; below /down it refuses."""

    heard: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/down"):
            self.send_error(503)
            return
        self.heard.append(body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def hook() -> Iterator[str]:
    """A webhook on this machine, as apprise writes it."""
    Hook.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Kept(Message):
    """A mailbox."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
async def mailbox() -> AsyncIterator[tuple[Kept, int]]:
    """A mail server on this machine that keeps what it is sent."""
    kept = Kept()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(kept), "127.0.0.1", 0)
    yield kept, server.sockets[0].getsockname()[1]
    server.close()


def letter_to(url: str) -> Outgoing:
    letter = Letter(RunId("r1"), LINE, AlertKind.FAILURE, "t", "line failed", "load: no such file\nRun r1")
    return Outgoing(letter, url)


async def test_a_webhook_and_a_mailbox_get_the_same_words(hook: str, mailbox: tuple[Kept, int]) -> None:
    """Both ways, really taken."""
    kept, port = mailbox
    mail = f"mailto://127.0.0.1:{port}?from=flow@example.org&to=team@example.org&mode=insecure"

    attempts = await send_by_apprise([letter_to(f"{hook}/{KEY}"), letter_to(mail)])

    assert [attempt.sent for attempt in attempts] == [True, True], attempts
    (heard,) = Hook.heard
    assert (heard["title"], heard["message"], heard["type"]) == ("line failed", "load: no such file\nRun r1", "failure")
    (mailed,) = kept.mails
    assert (mailed["Subject"], mailed["To"]) == ("line failed", "team@example.org")
    assert "load: no such file" in mailed.as_string()


async def test_what_does_not_arrive_is_said_without_the_url(hook: str) -> None:
    """One letter lost is none of the others' business."""
    down, known, unknown = f"{hook}/down/{KEY}", f"{hook}/ok", f"nothing://{KEY}"

    attempts = await send_by_apprise([letter_to(url) for url in (down, known, unknown)])

    assert [attempt.sent for attempt in attempts] == [False, True, False]
    assert all(attempt.why and KEY not in attempt.why for attempt in attempts if not attempt.sent)


async def test_the_url_is_in_no_process_list(hook: str) -> None:
    """Everybody on the machine may read arguments."""
    sending = asyncio.create_task(send_by_apprise([letter_to(f"{hook}/{KEY}")]))
    seen: set[str] = set()
    while not sending.done():
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                seen.add(" ".join(child.cmdline()))
        await asyncio.sleep(0.01)

    assert (await sending)[0].sent
    assert any("send_alert" in line for line in seen)
    assert not any(KEY in line for line in seen)


def test_all_of_a_url_but_its_service_is_hidden() -> None:
    """With some services the host is the key."""
    secrets = url_secrets("slack://TokenAAAA/TokenBBBB/Token%20CC?footer=yes")

    said = secrets.hidden_in("posting to slack://TokenAAAA/TokenBBBB failed: 'Token CC' is not known")

    assert said == "posting to slack://•••/••• failed: '•••' is not known"
