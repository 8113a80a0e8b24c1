"""The routes of the repository that a project lies in: a part of the table of `routes.py`."""

from __future__ import annotations

from flowstone.web.route import IntegerQuery, Route, TextQuery
from flowstone.web.wire import git

GIT = "/projects/{project}/git"

GIT_ROUTES: tuple[Route, ...] = (
    Route("GET", GIT, "git.read_git", "Say how the project stands to its Git repository.", answer=git.GitStanding),
    Route(
        "POST",
        GIT + "/init",
        "git.make_repository",
        "Make a repository in the project's folder.",
        answer=git.GitStanding,
    ),
    Route(
        "GET",
        GIT + "/difference",
        "git.read_git_difference",
        "Show what differs from the last commit, of one file or of all.",
        answer=git.GitDifference,
        query=(
            TextQuery("path", "The file; all of the project's if left out.", 1_024),
            IntegerQuery("staged", "1: what is staged; 0: what is not.", 0, 0, 1),
        ),
    ),
    Route(
        "GET",
        GIT + "/commits",
        "git.list_commits",
        "List the commits that touched the project, newest first.",
        answer=list[git.CommitView],
        query=(
            IntegerQuery("skip", "How many of the newest to pass over.", 0, 0, 1_000_000),
            IntegerQuery("limit", "How many at most.", 50, 1, 200),
        ),
    ),
    Route(
        "GET",
        GIT + "/commit",
        "git.read_commit",
        "Show what a commit changed of the project.",
        answer=git.GitDifference,
        query=(TextQuery("commit", "Its hash.", 64, r"^[0-9a-f]{7,64}$"),),
    ),
    Route(
        "POST",
        GIT + "/stage",
        "git.stage_files",
        "Take files into the next commit, or leave them out of it.",
        request=git.StageFiles,
        answer=git.GitStanding,
        max_body_bytes=4 << 20,
    ),
    Route(
        "POST",
        GIT + "/commits",
        "git.make_commit",
        "Commit what is staged. Hooks do not run.",
        request=git.MakeCommit,
        answer=git.GitStanding,
    ),
    Route(
        "POST",
        GIT + "/switch",
        "git.switch_branch",
        "Check a branch out, or begin a new one.",
        request=git.SwitchBranch,
        answer=git.GitStanding,
    ),
    Route(
        "GET",
        "/projects/{project}/pipelines/{pipeline}/changes",
        "git.read_pipeline_changes",
        "Say which blocks differ from the last commit.",
        answer=git.PipelineChanges,
    ),
)
