"""A program seen through its system calls: recorded as they come, or ended before the nth of them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

CHANGING = (
    "openat",
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "ftruncate",
    "truncate",
    "fallocate",
    "sendfile",
    "copy_file_range",
)
"""Those that change a file system, and those that make a change last."""
KILLED_AT = (*(name for name in CHANGING if name != "openat"), "fchmod", "flock")
"""Before these a process is ended; opening is left out, since Python does it hundreds of times as it starts."""
RECORDING = ("-f", "-y", "-xx", "-s", "4000000", "-e")
WAIT_S = 180
_LINE = re.compile(r"^\d+\s+(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+)")
_ARGUMENT = re.compile(
    r'\s*(?:(?P<number>AT_FDCWD|-?\d+)<(?P<path>[^>]*)>|"(?P<text>[^"]*)"(?P<cut>\.\.\.)?|(?P<plain>[^,]+))'
)


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that did what it was asked to. `paths` are whole; of a descriptor, that of its file."""

    name: str
    paths: tuple[str, ...]
    content: bytes = b""
    numbers: tuple[int, ...] = ()
    flags: frozenset[str] = frozenset()


def strace() -> str:
    """Return the program's path. Raises: AssertionError, where it is missing: these tests prove nothing without it."""
    found = shutil.which("strace")
    assert found, "strace is not installed: `apt-get install strace`"
    return found


def _python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-B", "-c", program)


def record(program: str, *arguments: str, root: Path) -> list[Call]:
    """Run a Python program, and return the calls with which it changed what is under a folder, or made it last.

    What it writes to its stdout is among them, as writes to the path `told`.
    """
    log = root.with_name(f"{root.name}.strace")
    told = root.with_name(f"{root.name}.told")
    with told.open("wb") as stdout:
        subprocess.run(
            [strace(), *RECORDING, f"trace={','.join(CHANGING)}", "-o", str(log), *_python(program), *arguments],
            check=True,
            timeout=WAIT_S,
            stdout=stdout,
        )
    text = log.read_text()
    calls = [call for line in text.splitlines() if (call := _parsed(line)) is not None]
    within = [_retold(call, told) for call in calls if _is_within(call, root) or str(told) in call.paths]
    assert within, "nothing was recorded"
    return within


def _is_within(call: Call, root: Path) -> bool:
    return any(path == str(root) or path.startswith(f"{root}/") for path in call.paths)


def _retold(call: Call, told: Path) -> Call:
    return Call(call.name, ("told",), call.content) if str(told) in call.paths else call


def _parsed(line: str) -> Call | None:
    match = _LINE.match(line)
    if match is None or int(match["result"]) < 0:
        assert "unfinished" not in line or "futex" in line, f"two threads at once cannot be recorded: {line[:200]}"
        return None
    paths: list[str] = []
    content, numbers, flags = b"", [], frozenset[str]()
    base, is_writing = "", "write" in match["name"]
    for argument in _ARGUMENT.finditer(match["arguments"]):
        if argument["path"] is not None:
            base = os.fsdecode(_bytes(argument["path"]))
            numbers.append(0)
            if not _takes_names(match["name"]):
                paths.append(base)
        elif argument["text"] is not None:
            assert not argument["cut"], "a write was longer than what is recorded"
            if is_writing:
                content += _bytes(argument["text"])
            else:
                paths.append(str(Path(base, os.fsdecode(_bytes(argument["text"])))))
        else:
            word = argument["plain"].strip()
            flags |= frozenset(word.split("|"))
            if re.fullmatch(r"-?\d+", word):
                numbers.append(int(word))
    return Call(match["name"], tuple(paths), content, tuple(numbers[1:]), flags)


def _takes_names(name: str) -> bool:
    return name in {"openat", "renameat", "renameat2", "linkat", "unlinkat", "mkdirat"}


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def calls_made(program: str, *arguments: str, log: Path) -> Counter[str]:
    """Run a Python program in a fork of this process, and count its calls that change something, by name."""
    ended, _ = _traced(("-o", str(log), "-e", f"trace={','.join(KILLED_AT)}"), program, arguments)
    assert ended == 0
    return Counter(re.findall(r"^\d+\s+(\w+)\(", log.read_text(), re.MULTILINE))


def run_until_call(name: str, nth: int, program: str, *arguments: str) -> str:
    """Run a Python program and kill it before its nth call of a name; return what it had told.

    It runs in a fork of this process, which has imported what it needs: a call counts from its first line on.
    """
    killing = ("-o", os.devnull, "-e", f"trace={name}", "-e", f"inject={name}:signal=SIGKILL:when={nth}")
    ended, told = _traced(killing, program, arguments)
    assert ended == -signal.SIGKILL, (ended, told)
    return told


def _traced(options: tuple[str, ...], program: str, arguments: tuple[str, ...]) -> tuple[int, str]:
    held, release = os.pipe()
    told, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(release)
        _run_forked(program, arguments, held, telling)
    os.close(held)
    os.close(telling)
    with subprocess.Popen([strace(), "-f", *options, "-p", str(pid)], stderr=subprocess.PIPE) as tracer:
        assert tracer.stderr is not None
        attached = tracer.stderr.readline()
        assert b"attached" in attached, attached
        os.close(release)
        with os.fdopen(told) as words:
            text = words.read()
        _, status = os.waitpid(pid, 0)
        tracer.communicate(timeout=WAIT_S)
    return os.waitstatus_to_exitcode(status), text


def _run_forked(program: str, arguments: tuple[str, ...], held: int, telling: int) -> NoReturn:
    """Wait until the other end of `held` is let go, run the program and end."""
    ended = 1
    try:
        sys.argv = ["program", *arguments]
        sys.stdout = os.fdopen(telling, "w")
        os.read(held, 1)
        exec(program, {"__name__": "__main__"})
        ended = 0
    finally:
        os._exit(ended)
