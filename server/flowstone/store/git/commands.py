"""Git run so that a hostile repository runs nothing: fixed words, no hooks, no pagers, no filters, bounded in time.

A repository's config and attributes may name programs: hooks, a file-system monitor, diff and merge drivers, filters,
signing and SSH programs, a work tree elsewhere. Each is switched off or overridden here, and no shell is involved.
Source: git-config(1), gitattributes(5); CVE-2022-24765 and its kin.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from flowstone.errors.git import GitMissing, GitRefused

WITHIN_S = 20.0
MAX_OUTPUT_BYTES = 8 << 20
PIECE_BYTES = 1 << 16

OVERRIDES: Mapping[str, str] = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.editor": "false",
    "core.askPass": "",
    "core.sshCommand": "false",
    "core.gitProxy": "none",
    "core.alternateRefsCommand": "false",
    "core.quotePath": "false",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.external": "",
    "diff.ignoreSubmodules": "all",
    "submodule.recurse": "false",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "log.showSignature": "false",
    "gpg.program": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "advice.detachedHead": "false",
    "color.ui": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "init.templateDir": "",
}
KEPT = ("PATH", "HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "TMPDIR", "TZ", "SYSTEMROOT")
PERSON = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")


def run_git(
    words: Sequence[str],
    *,
    folder: Path,
    overrides: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    allowed: tuple[int, ...] = (0,),
) -> bytes:
    """Run one Git command and return what it prints; one that prints over 8 MiB is ended, and the rest cut off.

    Raises: GitMissing; GitRefused, with Git's own words, when it fails or takes longer than 20 s.
    """
    program = shutil.which("git")
    if program is None:
        raise GitMissing
    with tempfile.TemporaryFile() as asked:
        asked.write(stdin)
        asked.seek(0)
        process = subprocess.Popen(
            [program, "--no-pager", "--literal-pathspecs", *words],
            cwd=folder,
            env=_environment(overrides or {}) | dict(environment or {}),
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    with process:
        try:
            output, errors = _read(process, until=time.monotonic() + WITHIN_S)
        except (TimeoutError, subprocess.TimeoutExpired) as slow:
            raise GitRefused(f"Git takes longer than {WITHIN_S:g} s for `git {words[0]}`") from slow
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    if len(output) <= MAX_OUTPUT_BYTES and process.returncode not in allowed:
        raise _refused(words[0], errors.decode("utf-8", "replace").strip())
    return output[:MAX_OUTPUT_BYTES]


def _read(process: subprocess.Popen[bytes], *, until: float) -> tuple[bytes, bytes]:
    """Return what a process prints and complains of; it is still at work when that is more than the bound.

    Raises: TimeoutError; subprocess.TimeoutExpired, for one that prints no more and does not end.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    output, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as streams:
        streams.register(process.stdout, selectors.EVENT_READ, output)
        streams.register(process.stderr, selectors.EVENT_READ, errors)
        while streams.get_map():
            ready = streams.select(until - time.monotonic())
            if not ready or time.monotonic() > until:
                raise TimeoutError
            for key, _ in ready:
                piece = os.read(key.fd, PIECE_BYTES)
                key.data.extend(piece[: MAX_OUTPUT_BYTES + 1 - len(key.data)])
                if not piece:
                    streams.unregister(key.fileobj)
            if len(output) > MAX_OUTPUT_BYTES:
                return bytes(output), bytes(errors)
    process.wait(max(0.0, until - time.monotonic()))
    return bytes(output), bytes(errors)


def _environment(overrides: Mapping[str, str]) -> dict[str, str]:
    settings = {**OVERRIDES, **overrides}
    found = {name: os.environ[name] for name in (*KEPT, *PERSON) if name in os.environ}
    found |= {
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_COUNT": str(len(settings)),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": "false",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": "",
    }
    for number, (key, value) in enumerate(settings.items()):
        found[f"GIT_CONFIG_KEY_{number}"] = key
        found[f"GIT_CONFIG_VALUE_{number}"] = value
    return found


def _refused(command: str, words: str) -> GitRefused:
    said = words.removeprefix("fatal: ").removeprefix("error: ")
    if "dubious ownership" in words:
        return GitRefused(
            "The repository belongs to another user, so Git does not open it",
            hint="If you trust it: git config --global --add safe.directory FOLDER",
        )
    if "tell me who you are" in words or "empty ident" in words or "auto-detect email" in words:
        return GitRefused(
            "Git does not know who you are",
            hint="Say it once: `git config --global user.name NAME`, `git config --global user.email ADDRESS`.",
        )
    if "would be overwritten" in words:
        return GitRefused(said[:1_000], hint="Commit these changes first, or put the files back as they were.")
    if "index.lock" in words:
        return GitRefused("Another Git command is at work in this repository", hint="Try again when it has ended.")
    return GitRefused(said[:1_000] or f"`git {command}` failed", hint="")
