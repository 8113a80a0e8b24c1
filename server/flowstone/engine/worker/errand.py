"""The process of an errand: `python -m flowstone.engine.worker.errand NAME`, the question on standard input.

It writes lines of JSON to standard output, the last one with `done`, and after that one the bytes that it brings.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flowstone.errors.base import FlowstoneError

MAX_QUESTION_BYTES = 4 << 20


def main() -> None:
    """Do the errand that the arguments name, and say how it went."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no part of the answer

    def say(said: Mapping[str, Any]) -> None:
        answer.write(json.dumps(said, default=str).encode() + b"\n")
        answer.flush()

    try:
        question = json.loads(sys.stdin.buffer.read(MAX_QUESTION_BYTES))
        answer_bytes = ERRANDS[sys.argv[1]](question, say)
        say({"done": True})
        answer.write(answer_bytes)
        answer.flush()
    except FlowstoneError as refused:
        say({"refused": refused.message, "hint": refused.hint})
    except Exception as wrong:  # noqa: BLE001 - a process of its own: what goes wrong in it is told to whoever asked
        say({"refused": f"{type(wrong).__name__}: {wrong}"})
    answer.close()
    os._exit(0)


Say = Callable[[Mapping[str, Any]], None]


def _search(question: Mapping[str, Any], say: Say) -> bytes:
    from flowstone.store.file_search import FileSearch, find_in_files

    search = FileSearch(question["text"], is_regex=question["is_regex"], is_exact_case=question["is_exact_case"])
    say({"found": find_in_files(Path(question["root"]), search).document()})
    return b""


def _preview(question: Mapping[str, Any], _: Say) -> bytes:
    from flowstone.engine.worker.file_preview import FilePreview, preview

    asked = FilePreview(question["path"], offset=question["offset"], limit=question["limit"])
    return preview(Path(question["root"]), asked)


def _connection(question: Mapping[str, Any], say: Say) -> bytes:
    from flowstone.engine.worker.connection_trial import try_connection

    steps: list[Mapping[str, Any]] = []
    say({"steps": steps})
    for step in try_connection(question):
        steps.append(step)
        say({"steps": steps})
    return b""


ERRANDS: Mapping[str, Callable[[Mapping[str, Any], Say], bytes]] = {
    "search": _search,
    "preview": _preview,
    "connection": _connection,
}

if __name__ == "__main__":
    main()
