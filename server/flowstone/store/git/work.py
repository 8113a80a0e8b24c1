"""What is asked of a repository, and done to it: status, differences, history, branches, commits."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flowstone.errors.git import GitRefused
from flowstone.store.git.repository import COMMIT, Repository, checked_branch
from flowstone.store.moves import found_itself
from flowstone.store.paths import PRIVATE, Beneath, checked_names, refuse_private

MAX_FILES = 2_000
MAX_DIFF_BYTES = 1 << 20
MAX_BRANCHES = 500
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree of no files, that every repository knows: what a first commit is compared with."""
DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--ignore-submodules=all")
HERE = ("--", ".")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs from the last commit. `staged` and `unstaged` are Git's letters: M, A, D, ?, U, or empty."""

    path: str
    staged: str
    unstaged: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the project stands to its repository. `branch` is empty where a commit and no branch is checked out."""

    branch: str
    commit: str
    upstream: str
    ahead: int
    behind: int
    files: tuple[ChangedFile, ...]
    is_cut: bool
    staged_elsewhere: int
    """How many files outside the project's folder would go into a commit, too."""
    runs_filters: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit. Units: `at` in seconds since the epoch."""

    hash: str
    short: str
    author: str
    at: float
    subject: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of this repository's own."""

    name: str
    is_current: bool
    at: float


def standing(repository: Repository) -> Standing:
    """Say how the project's files stand to the last commit. Raises: GitRefused."""
    words = ("status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignore-submodules=all")
    entries = _text(repository.ask(*words, "--no-renames", *HERE)).split("\0")
    facts = {key: value for key, _, value in (one[2:].partition(" ") for one in entries if one.startswith("# "))}
    files = [found for entry in entries if (found := _changed(entry, repository.prefix)) is not None]
    ahead, behind = _ahead_behind(facts.get("branch.ab", ""))
    head, commit = facts.get("branch.head", ""), facts.get("branch.oid", "")
    staged = _text(repository.ask(*DIFF, "--cached", "--name-only", "-z", at_top=True)).split("\0")
    return Standing(
        branch="" if head == "(detached)" else head,
        commit="" if commit == "(initial)" else commit,
        upstream=facts.get("branch.upstream", ""),
        ahead=ahead,
        behind=behind,
        files=tuple(files[:MAX_FILES]),
        is_cut=len(files) > MAX_FILES,
        staged_elsewhere=sum(1 for path in staged if path and not path.startswith(repository.prefix)),
        runs_filters=bool(repository.filters),
    )


def _changed(entry: str, prefix: str) -> ChangedFile | None:
    kind, fields = entry[:2], entry.split(" ")
    if kind == "? ":
        return _file(entry[2:], prefix, "", "?")
    if kind == "1 ":
        return _file(" ".join(fields[8:]), prefix, _letter(fields[1][0]), _letter(fields[1][1]))
    if kind == "u ":
        return _file(" ".join(fields[10:]), prefix, "", "U")
    return None


def _file(path: str, prefix: str, staged: str, unstaged: str) -> ChangedFile | None:
    """Return a file by its path in the project; what is private, and paths that are no Unicode, are left out."""
    inside = path.removeprefix(prefix)
    if any(name.casefold() in PRIVATE for name in inside.split("/")):
        return None
    try:
        inside.encode()
    except UnicodeEncodeError:
        return None
    return ChangedFile(inside, staged, unstaged)


def _letter(code: str) -> str:
    return "" if code == "." else code


def _ahead_behind(text: str) -> tuple[int, int]:
    ahead, _, behind = text.partition(" ")
    return (int(ahead), -int(behind)) if behind else (0, 0)


def difference(repository: Repository, *, path: str | None = None, staged: bool = False) -> str:
    """Return a file's changes, or all of the project's, as a unified diff; of what is over 1 MiB the beginning.

    Raises: GitRefused; PathRefused.
    """
    against = ("--cached",) if staged else ()
    if path is None:
        base = EMPTY_TREE if _is_unborn(repository) else "HEAD"
        return _cut(repository.ask(*DIFF, *against, base, *HERE))
    checked_names(path)
    found = _cut(repository.ask(*DIFF, *against, "--", path))
    return found or ("" if staged else _as_new(repository, path))


def _as_new(repository: Repository, path: str) -> str:
    """Return the diff of a file that Git does not know yet. Raises: NotFound; PathRefused; GitRefused."""
    if repository.ask("ls-files", "-z", "--", path):
        return ""
    with Beneath(repository.project) as beneath:
        found_itself(beneath, path)
    return _cut(repository.ask(*DIFF, "--no-index", "--", os.devnull, path, allowed=(0, 1)))


def commit_difference(repository: Repository, commit: str) -> str:
    """Return what a commit changed of the project. Raises: GitRefused."""
    words = ("show", "--format=", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--no-show-signature")
    return _cut(repository.ask(*words, "--end-of-options", _commit(commit), *HERE))


def history(repository: Repository, *, skip: int, limit: int) -> tuple[Commit, ...]:
    """Return the commits that touched the project, newest first. Raises: GitRefused."""
    if _is_unborn(repository):
        return ()
    form = "--format=%H%x1f%h%x1f%an%x1f%at%x1f%s"
    words = ("log", "-z", f"--max-count={limit}", f"--skip={skip}", "--no-show-signature", "--no-color", form)
    entries = _text(repository.ask(*words, *HERE)).split("\0")
    found = [entry.split("\x1f") for entry in entries if entry.count("\x1f") == 4]
    return tuple(
        Commit(_shown(full), _shown(short), _shown(author)[:200], float(at), _shown(subject)[:500])
        for full, short, author, at, subject in found
    )


def branches(repository: Repository) -> tuple[Branch, ...]:
    """Return the repository's own branches, the one that was committed to last first. Raises: GitRefused."""
    form = "--format=%(refname:short)%00%(HEAD)%00%(committerdate:unix)"
    words = ("for-each-ref", f"--count={MAX_BRANCHES}", "--sort=-committerdate", form, "refs/heads")
    lines = _text(repository.ask(*words)).splitlines()
    parts = [line.split("\0") for line in lines if line.count("\0") == 2]
    return tuple(Branch(_shown(name), head == "*", float(at or 0)) for name, head, at in parts)


def stage(repository: Repository, paths: Sequence[str], *, is_staged: bool) -> None:
    """Take files into the next commit as they are now, or leave them out of it. Raises: GitRefused; PathRefused."""
    names = _checked(paths)
    listed = ("--pathspec-from-file=-", "--pathspec-file-nul")
    if is_staged:
        repository.tell("add", "--all", *listed, stdin=names)
    elif _is_unborn(repository):
        repository.tell("rm", "--cached", "-r", "--quiet", "--force", "--ignore-unmatch", *listed, stdin=names)
    else:
        repository.tell("restore", "--staged", *listed, stdin=names)


def commit(repository: Repository, message: str) -> str:
    """Commit what is staged, and return the commit's hash; hooks do not run, and nothing is signed.

    Raises: GitRefused, when there is nothing to commit, or Git does not know who commits.
    """
    if not message.strip():
        raise GitRefused("A commit needs a message")
    if not repository.ask(*DIFF, "--cached", "--name-only", "-z", at_top=True):
        raise GitRefused("There is nothing staged to commit", hint="Stage a file first.")
    words = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--cleanup=strip", "--file=-")
    repository.tell(*words, stdin=message.encode("utf-8", "replace"))
    return _text(repository.ask("rev-parse", "HEAD")).strip()


def switch(repository: Repository, branch: str, *, is_new: bool) -> None:
    """Check a branch out, or begin one here. What is not committed stays, or Git refuses. Raises: GitRefused."""
    name = checked_branch(branch)
    if not is_new and name not in {known.name for known in branches(repository)}:
        raise GitRefused(f"There is no branch {name}", hint="Begin it as a new one.")
    words = ("--no-track", "--create") if is_new else ("--no-guess", "--no-recurse-submodules")
    repository.tell("switch", "--quiet", *words, name)


def committed_texts(repository: Repository, paths: Iterable[str], *, max_bytes: int) -> dict[str, bytes]:
    """Return files as the last commit has them; those that it does not have, or that are longer, are left out.

    Raises: GitRefused.
    """
    if _is_unborn(repository):
        return {}
    found = {}
    for path in paths:
        if "\n" in path:
            continue
        name = f"HEAD:{repository.prefix}{path}"
        facts = _text(
            repository.ask("cat-file", "--batch-check=%(objecttype) %(objectsize)", stdin=f"{name}\n".encode())
        )
        kind, _, size = facts.strip().partition(" ")
        if kind == "blob" and size.isdecimal() and int(size) <= max_bytes:
            found[path] = repository.ask("cat-file", "blob", name)
    return found


def _is_unborn(repository: Repository) -> bool:
    return not repository.ask("rev-parse", "--quiet", "--verify", "HEAD^{commit}", allowed=(0, 1, 128))


def _checked(paths: Sequence[str]) -> bytes:
    """Return paths as Git reads them. Raises: PathRefused, for what leads out of the project or is private."""
    for path in paths:
        for name in checked_names(path):
            refuse_private(name, path)
    return "\0".join(paths).encode()


def _commit(text: str) -> str:
    if COMMIT.fullmatch(text) is None:
        raise GitRefused(f"{text[:80]!r} is no commit's hash")
    return text


def _cut(output: bytes) -> str:
    text = output[:MAX_DIFF_BYTES].decode("utf-8", "replace")
    return text + "\n… and more\n" if len(output) > MAX_DIFF_BYTES else text


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
