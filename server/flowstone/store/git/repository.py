"""A project's repository: found, and asked and told things by their plumbing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from flowstone.errors.git import GitRefused, NoRepository
from flowstone.store.git.commands import run_git

BRANCH = re.compile(r"(?!.*(\.\.|//|@\{|\.lock(/|$)|/\.|\.$|/$))[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}")
"""Names that are branches for Git, and options for nobody. Source: git-check-ref-format(1), and narrower."""
COMMIT = re.compile(r"[0-9a-f]{7,64}")
FILTERS = r"^(filter\..*\.(clean|smudge|process|required)|lfs\..*)$"
LFS_PROGRAM = re.compile(r"lfs\..*(extension|customtransfer|standalonetransferagent)", re.IGNORECASE)
"""Programs that git-lfs runs, so its filter is switched off with them. Source: git-lfs-config(5); no case counts."""
OWN_SCOPES = frozenset({"local", "worktree"})


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, and where in it the project is; `prefix` ends in a slash, or is empty at its top."""

    project: Path
    top: Path
    git_folder: Path
    prefix: str
    filters: dict[str, str] = field(default_factory=dict)
    """What switches off the filters that the repository's own config names, or names programs for."""

    def ask(self, *words: str, stdin: bytes = b"", allowed: tuple[int, ...] = (0,), at_top: bool = False) -> bytes:
        """Run a command that changes nothing. Raises: GitRefused."""
        return run_git(
            words,
            folder=self.top if at_top else self.project,
            overrides=self.filters,
            environment={"GIT_DIR": str(self.git_folder), "GIT_WORK_TREE": str(self.top)},
            stdin=stdin,
            allowed=allowed,
        )

    def tell(self, *words: str, stdin: bytes = b"") -> bytes:
        """Run a command that changes something. Raises: GitRefused, also where filters would have to run for it."""
        if self.filters:
            raise GitRefused(
                "The repository's own config names programs that files go through (filters), which are not run here",
                hint="Do this with git in a terminal, if you trust the repository.",
            )
        return self.ask(*words, stdin=stdin)


def find_repository(project: Path) -> Repository:
    """Return the repository that a project's folder lies in.

    Raises: NoRepository; GitMissing; GitRefused, when it is another user's, or its files lie elsewhere.
    """
    try:
        words = ("rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix")
        lines = run_git(words, folder=project).decode("utf-8", "surrogateescape").split("\n")
    except GitRefused as refused:
        if "not a git repository" in refused.message:
            raise NoRepository from refused
        raise
    top, git_folder, prefix = Path(lines[0]), Path(lines[1]), lines[2]
    if not _belong_together(top, git_folder) or (top / prefix).resolve() != project.resolve():
        raise GitRefused("The repository keeps its files elsewhere than beside its .git", hint="Use git in a terminal.")
    return Repository(project, top, git_folder, prefix, _filters(project))


def make_repository(project: Path) -> Repository:
    """Make a repository in the project's folder, with nothing in it yet. Raises: GitRefused; GitMissing."""
    run_git(("init", "--quiet", "--template=", "--initial-branch=main"), folder=project)
    return find_repository(project)


def checked_branch(name: str) -> str:
    """Return a name that can be a branch's. Raises: GitRefused."""
    if BRANCH.fullmatch(name) is None or name == "HEAD":
        raise GitRefused(
            f"{name[:80]!r} cannot name a branch", hint="Use letters, digits and . _ / -, beginning with a letter."
        )
    return name


def _belong_together(top: Path, git_folder: Path) -> bool:
    """Say whether a work tree's own `.git` is, or names, the folder that Git took."""
    own = top / ".git"
    if own.is_dir():
        return own.resolve() == git_folder.resolve()
    try:
        named = own.read_text(encoding="utf-8")[:4_096].removeprefix("gitdir:").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return (top / named).resolve() == git_folder.resolve()


def _filters(project: Path) -> dict[str, str]:
    """Return settings that switch off each filter which the repository, and not the account alone, has a say in."""
    words = ("config", "--null", "--show-scope", "--name-only", "--includes", "--get-regexp", FILTERS)
    parts = run_git(words, folder=project, allowed=(0, 1)).decode("utf-8", "surrogateescape").split("\0")
    own = {key for scope, key in zip(parts[::2], parts[1::2], strict=False) if scope in OWN_SCOPES}
    drivers = {key.rpartition(".")[0] for key in own if key.startswith("filter.")}
    if any(LFS_PROGRAM.match(key) for key in own):
        drivers.add("filter.lfs")
    off = {f"{driver}.{program}": "" for driver in drivers for program in ("clean", "smudge", "process")}
    return off | {f"{driver}.required": "false" for driver in drivers}
