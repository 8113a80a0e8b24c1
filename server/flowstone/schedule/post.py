"""Takes alerts from the ledger to those who are to be told; one that does not arrive is tried again, then given up."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from flowstone.engine.history import LedgerThread
from flowstone.engine.redaction import Redactor
from flowstone.errors.base import FlowstoneError
from flowstone.model.alerts import AlertKind
from flowstone.model.firing import Letter, LetterState
from flowstone.schedule.clock import Clock
from flowstone.schedule.plans import Plans
from flowstone.schedule.secrets import url_secrets
from flowstone.store.placeholders import Unset, filled
from flowstone.store.secret_values import secrets_to_hide

log = logging.getLogger("flowstone.schedule")

RETRY_AFTER_S = (10.0, 60.0, 300.0, 1_800.0)
"""How long after a failed attempt the next one is; after the last there is none."""
PATIENCE_S = 60.0
"""How long sending may take: a receiver that does not answer must not hold up the others for ever."""
NO_WORD_S = PATIENCE_S + RETRY_AFTER_S[0]
"""How long after an attempt of which nothing more is heard the next one is."""
LOOK_AGAIN_S = 1.0
"""How soon after a letter has gone out one looks for what is left."""
MAX_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter with the url that it goes to, filled in: never kept, never logged."""

    letter: Letter
    url: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """How sending a letter went."""

    sent: bool
    why: str = ""


NO_ANSWER = Attempt(sent=False, why="the process that sends alerts ended without an answer")


class Sender(Protocol):
    """What carries letters away."""

    async def __call__(self, letters: Sequence[Outgoing]) -> list[Attempt]:
        """Send letters; say of each how it went, in their order."""
        ...


async def send_by_apprise(letters: Sequence[Outgoing]) -> list[Attempt]:
    """Send letters in a process of its own, which alone imports apprise; the urls go there through a pipe."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "flowstone.schedule.send_alert",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    asked = [{"url": out.url, **_content(out.letter)} for out in letters]
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer, _ = await process.communicate(json.dumps({"letters": asked}).encode())
        return [Attempt(found["sent"], found["why"]) for found in json.loads(answer)["results"]]
    except TimeoutError:
        return [Attempt(sent=False, why=f"it took longer than {PATIENCE_S:.0f} s")] * len(letters)
    except (ValueError, KeyError, TypeError):
        return [NO_ANSWER] * len(letters)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _content(letter: Letter) -> dict[str, Any]:
    return {"title": letter.title, "body": letter.body, "kind": letter.kind.value}


class Post:
    """Sends one project's alerts, beside everything else that the scheduler does."""

    def __init__(
        self,
        root: Path,
        ledger: LedgerThread,
        *,
        clock: Clock,
        send: Sender = send_by_apprise,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._root = root
        self._ledger = ledger
        self._clock = clock
        self._send = send
        self._environment = os.environ if environment is None else environment
        self._sending: asyncio.Task[None] | None = None
        self._not_before = 0.0

    async def close(self) -> None:
        """Stop sending; what has not arrived waits in the ledger."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait([self._sending])

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def without_secrets(
        self, letters: Mapping[AlertKind, Sequence[Letter]]
    ) -> Mapping[AlertKind, Sequence[Letter]]:
        """Take the values of the project's variables out of letters before they are written down."""
        if not any(letters.values()):
            return letters
        redactor = await self._redactor()
        return {
            kind: [replace(letter, body=redactor.text(letter.body)) for letter in found]
            for kind, found in letters.items()
        }

    async def without_secret(self, text: str) -> str:
        """Take the project's secrets out of a text that is to be written down."""
        return (await self._redactor()).text(text)

    async def _redactor(self) -> Redactor:
        return Redactor(await asyncio.to_thread(secrets_to_hide, self._root, self._environment))

    async def send_due(self, plans: Plans) -> float | None:
        """Begin to send what is due, unless that goes on already; return when the next is due. Units: epoch s."""
        due_at = await self._ledger.do(lambda ledger: ledger.letters.next_due_at())
        now = self._clock.now()
        if due_at is None or max(due_at, self._not_before) > now:
            return due_at if due_at is None else max(due_at, self._not_before)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_all(plans))
        return now + LOOK_AGAIN_S

    async def _send_all(self, plans: Plans) -> None:
        try:
            await self._send_some(await self._begun(), plans)
        except (FlowstoneError, OSError) as wrong:
            self._not_before = self._clock.now() + RETRY_AFTER_S[0]
            log.warning("alerts wait: %s", wrong)
        except Exception:  # nobody waits for this task: what it does not say itself is lost
            log.exception("alerts wait, for something that should not happen")

    async def _begun(self) -> tuple[Letter, ...]:
        """Write down that what is due is tried now. Without room for that nothing is sent: it would be for ever."""
        now = self._clock.now()
        return await self._ledger.do(
            lambda ledger: ledger.letters.begin(ledger.letters.due(now)[:MAX_AT_ONCE], due_at=now + NO_WORD_S)
        )

    async def _send_some(self, letters: Sequence[Letter], plans: Plans) -> None:
        addressed = [(letter, self._url(letter, plans)) for letter in letters]
        lost = [(letter, Attempt(sent=False, why=found)) for letter, (url, found) in addressed if url is None]
        outgoing = [Outgoing(letter, url) for letter, (url, _) in addressed if url is not None]
        attempts = await self._send(outgoing) if outgoing else []
        answers = [*attempts, *[NO_ANSWER] * len(outgoing)]
        sent = [(out.letter, _hidden(answer, out.url)) for out, answer in zip(outgoing, answers, strict=False)]
        for letter, attempt in [*lost, *sent]:
            await self._note(letter, attempt)

    def _url(self, letter: Letter, plans: Plans) -> tuple[str | None, str]:
        """Return where a letter goes, or None and why nowhere."""
        for url in plans.alerts(letter.pipeline).urls:
            if url.digest == letter.target:
                try:
                    return filled(url.text, self._environment), ""
                except Unset as missing:
                    return None, str(missing)
        return None, "its url is no longer in the files"

    async def _note(self, letter: Letter, attempt: Attempt) -> None:
        """Write down how an attempt went: arrived, to be tried again, or given up."""
        is_last = letter.attempts > len(RETRY_AFTER_S)
        state = LetterState.SENT if attempt.sent else LetterState.GIVEN_UP if is_last else LetterState.WAITING
        if not attempt.sent:
            log.warning("the alert “%s” did not arrive (attempt %d): %s", letter.title, letter.attempts, attempt.why)
        due_at = self._clock.now() + (0.0 if is_last else RETRY_AFTER_S[letter.attempts - 1])
        await self._ledger.do(lambda ledger: ledger.letters.tried(letter, state, why=attempt.why, due_at=due_at))


def _hidden(attempt: Attempt, url: str) -> Attempt:
    return replace(attempt, why=url_secrets(url).hidden_in(attempt.why))
