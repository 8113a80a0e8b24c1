"""The table of routes, below `/api/v1`. The application is built from it, and so is the OpenAPI document."""

from __future__ import annotations

from flowstone.web import wire_types as wire
from flowstone.web.route import (
    ARROW_STREAM,
    MAX_BODY_BYTES,
    MAX_FILE_BODY_BYTES,
    IntegerQuery,
    Precondition,
    Route,
    TextQuery,
)
from flowstone.web.routes_connections import CONNECTION_ROUTES
from flowstone.web.routes_files import FILE_ROUTES
from flowstone.web.routes_git import GIT_ROUTES
from flowstone.web.routes_outputs import OUTPUT_ROUTES
from flowstone.web.routes_tables import TABLE_ROUTES
from flowstone.web.wire import edits, language
from flowstone.web.wire import runs as wire_runs
from flowstone.web.wire.notebooks import ImportNotebook, NotebookImported

PREFIX = "/api/v1"
SOCKET_PATH = f"{PREFIX}/socket"

ID = r"^[a-z][a-z0-9_]{0,62}$"
ID_LIST = r"^[a-z][a-z0-9_]{0,62}(,[a-z][a-z0-9_]{0,62})*$"
PROJECT = "/projects/{project}"
PIPELINE = PROJECT + "/pipelines/{pipeline}"
RUN = PROJECT + "/runs/{run}"
OUTPUT = PROJECT + "/outputs/{hash}"
FILE = PROJECT + "/files/{path}"

MAX_NOTEBOOK_BYTES = 96 << 20
"""A notebook of 64 MiB, and what JSON adds to it."""
MAX_OFFSET = 2**53 - 1
"""The largest whole number that a browser's JSON holds exactly."""

ROUTES: tuple[Route, ...] = (
    Route("GET", "/health", "server.health", "Say that the server is there.", answer=wire.Health, is_open=True),
    Route("GET", "/openapi.json", "server.openapi", "This document."),
    Route(
        "POST",
        "/sign-in",
        "server.sign_in",
        "Turn a start link's one-time token into a session: a cookie, and a key to send as a header.",
        request=wire.SignIn,
        answer=wire.SignedIn,
        is_open=True,
    ),
    Route(
        "POST",
        "/links",
        "server.make_link",
        "Make a one-time token for a start link; for commands on this machine, with the server's control key.",
        answer=wire.LinkToken,
        status=201,
        takes_control=True,
    ),
    Route("POST", "/sign-out", "server.sign_out", "End the session, its sockets too.", status=204),
    Route("GET", "/projects", "projects.list_projects", "List the open projects.", answer=list[wire.ProjectSummary]),
    Route("GET", PROJECT, "projects.read_project", "Show a project's page.", answer=wire.ProjectView),
    Route(
        "POST",
        PROJECT + "/pipelines",
        "pipelines.create_pipeline",
        "Begin an empty pipeline.",
        request=wire.NewPipeline,
        answer=wire.PipelineView,
        status=201,
        gives_etag=True,
    ),
    Route(
        "POST",
        PROJECT + "/sample",
        "pipelines.add_sample",
        "Put the sample pipeline, its blocks and its data into a project that has no pipeline.",
        answer=wire.PipelineView,
        status=201,
        gives_etag=True,
    ),
    Route(
        "POST",
        PROJECT + "/notebooks",
        "notebooks.import_notebook",
        "Make a pipeline of a Jupyter notebook.",
        request=ImportNotebook,
        answer=NotebookImported,
        status=201,
        max_body_bytes=MAX_NOTEBOOK_BYTES,
    ),
    Route(
        "GET",
        PIPELINE + "/notebook",
        "notebooks.export_notebook",
        "Write a pipeline as a Jupyter notebook, with its fresh outputs; or one of its runs.",
        query=(
            TextQuery("run", "As it was in this run, with what the run gave.", 64, r"^[a-zA-Z0-9][a-zA-Z0-9_-]*$"),
            TextQuery("profile", "The profile of connections; the project's default if left out.", 63, ID),
        ),
    ),
    Route(
        "GET",
        PIPELINE,
        "pipelines.read_pipeline",
        "Show a pipeline: its blocks, params and problems.",
        answer=wire.PipelineView,
        gives_etag=True,
    ),
    Route(
        "POST",
        PIPELINE + "/edits",
        "pipelines.edit_pipeline",
        "Edit a pipeline's YAML. Adding a block also writes the block's file.",
        request=edits.EditRequest,
        answer=edits.EditedPipeline,
        precondition=Precondition.MATCH,
        gives_etag=True,
        max_body_bytes=2 * MAX_BODY_BYTES,
    ),
    Route(
        "POST",
        PIPELINE + "/changes",
        "changes.put_change",
        "Make a change of a pipeline's YAML and block files, or take it back, and leave what others changed since.",
        request=edits.Change,
        answer=edits.EditedPipeline,
        precondition=Precondition.MATCH,
        gives_etag=True,
        max_body_bytes=MAX_FILE_BODY_BYTES,
    ),
    Route(
        "GET",
        PIPELINE + "/fragment",
        "changes.read_fragment",
        "Give blocks as a text for the clipboard.",
        answer=edits.FragmentView,
        query=(TextQuery("blocks", "Their ids, with commas between.", 32_000, ID_LIST),),
    ),
    Route(
        "GET",
        PIPELINE + "/source",
        "pipelines.read_source",
        "Show a pipeline's YAML as it is on disk.",
        answer=wire.FileView,
        gives_etag=True,
    ),
    Route(
        "PUT",
        PIPELINE + "/source",
        "pipelines.save_source",
        "Save a pipeline's YAML as text: also how an earlier one is put back.",
        request=wire.SaveFile,
        answer=wire.PipelineView,
        precondition=Precondition.MATCH,
        gives_etag=True,
        max_body_bytes=MAX_FILE_BODY_BYTES,
    ),
    Route(
        "GET",
        PIPELINE + "/status",
        "pipelines.read_status",
        "Say which outputs still count, and which run goes on.",
        answer=wire.PipelineStatus,
        query=(
            TextQuery("profile", "The profile of connections; the project's default if left out.", 63, ID),
            TextQuery("params", "Values of the pipeline's params, a JSON object; defaults if left out.", 16_384),
        ),
    ),
    Route(
        "POST",
        PIPELINE + "/runs",
        "runs.start_run",
        "Start a run. The same `run` twice starts one.",
        request=wire.StartRun,
        answer=wire.RunStarted,
        status=202,
    ),
    Route(
        "GET",
        PROJECT + "/runs",
        "runs.list_runs",
        "List runs, newest first.",
        answer=wire.RunPage,
        query=(
            TextQuery("pipeline", "Only this pipeline's.", 63, ID),
            TextQuery("state", "Only those in this state.", 16, r"^(running|done|failed|cancelled)$"),
            TextQuery("before", "Where the page begins: `next` of the page before.", 200, r"^[A-Za-z0-9_.:=|+~-]+$"),
            IntegerQuery("limit", "How many at most.", 50, 1, 200),
        ),
    ),
    Route(
        "GET",
        PROJECT + "/schedules",
        "schedules.list_schedules",
        "Say when pipelines run by themselves, and what became of the last times.",
        answer=list[wire.ScheduleView],
        query=(
            TextQuery("pipeline", "Only this pipeline's.", 63, ID),
            IntegerQuery("next", "How many of the next times.", 5, 0, 100),
        ),
    ),
    Route(
        "POST",
        PIPELINE + "/schedule/pause",
        "schedules.pause_schedule",
        "Let nothing of a pipeline start by itself.",
        answer=wire.ScheduleView,
    ),
    Route(
        "POST",
        PIPELINE + "/schedule/resume",
        "schedules.resume_schedule",
        "Let a paused schedule go on from now.",
        answer=wire.ScheduleView,
    ),
    Route("GET", RUN, "runs.read_run", "Show a run with its blocks.", answer=wire.RunView),
    Route("POST", RUN + "/stop", "runs.stop_run", "Stop a run that goes on.", status=202),
    Route(
        "POST",
        RUN + "/resume",
        "runs.resume_run",
        "Take a run up again: what did not succeed, and what follows it.",
        answer=wire.RunView,
    ),
    Route(
        "POST",
        RUN + "/again",
        "runs.run_again",
        "Do what a run did once more, on today's code: its blocks, params and profile.",
        request=wire_runs.RunAgain,
        answer=wire.RunStarted,
        status=202,
    ),
    Route("GET", RUN + "/code", "run_code.read_code", "Say what a run's code was.", answer=wire_runs.RunCode),
    Route(
        "GET",
        RUN + "/code/{path}",
        "run_code.read_code_file",
        "Show a file as it was in a run, and as it is now.",
        answer=wire_runs.CodeThenAndNow,
    ),
    Route(
        "POST",
        RUN + "/keep",
        "runs.keep_run",
        "Keep a run whatever the project's limits say, or no longer.",
        request=wire.KeepRun,
        answer=wire.RunView,
    ),
    Route(
        "GET",
        RUN + "/blocks/{block}/logs",
        "runs.read_logs",
        "Read what a block printed.",
        answer=wire.LogPage,
        query=(
            IntegerQuery("after", "The `seq` after which to begin.", 0, 0, MAX_OFFSET),
            IntegerQuery("limit", "How many lines at most.", 1000, 1, 10_000),
        ),
    ),
    Route("GET", OUTPUT, "outputs.read_output", "Describe a stored output.", answer=wire.OutputView),
    Route(
        "GET",
        OUTPUT + "/rows",
        "outputs.read_rows",
        "Read a window of a stored table as an Arrow IPC stream.",
        media_type=ARROW_STREAM,
        query=(
            IntegerQuery("offset", "The first row.", 0, 0, MAX_OFFSET),
            IntegerQuery("limit", "How many rows at most.", 100, 1, 10_000),
            TextQuery("columns", "Keys, each percent-encoded, with commas between; the first 500 if left out.", 60_000),
            TextQuery("sort", "Keys as in `columns`; a minus before one sorts it downwards.", 2_000),
            TextQuery("filter", "Which rows: a TableFilter as JSON.", 60_000),
        ),
    ),
    Route(
        "GET",
        OUTPUT + "/value",
        "outputs.read_value",
        "Read a stored JSON value; of a rich output or an object, what is shown of it.",
        answer=object,
    ),
    Route("GET", PROJECT + "/files", "files.list_files", "List the project's files.", answer=wire.FileList),
    Route("GET", FILE, "files.read_file", "Read a text file.", answer=wire.FileView, gives_etag=True),
    Route(
        "PUT",
        FILE,
        "files.save_file",
        "Save a text file, or with `If-None-Match: *` begin one.",
        request=wire.SaveFile,
        answer=wire.FileSaved,
        precondition=Precondition.MATCH_OR_NEW,
        gives_etag=True,
        max_body_bytes=MAX_FILE_BODY_BYTES,
    ),
    Route(
        "POST",
        PROJECT + "/lint",
        "language.lint",
        "Say what is wrong in a text as it stands in an editor.",
        request=language.CodeText,
        answer=language.LintReport,
        max_body_bytes=language.MAX_CODE_BODY_BYTES,
    ),
    Route(
        "POST",
        PROJECT + "/format",
        "language.format_code",
        "Format a Python text as it stands in an editor; nothing is saved.",
        request=language.CodeText,
        answer=language.FormattedCode,
        max_body_bytes=language.MAX_CODE_BODY_BYTES,
    ),
    *FILE_ROUTES,
    *OUTPUT_ROUTES,
    *GIT_ROUTES,
    *TABLE_ROUTES,
    *CONNECTION_ROUTES,
    Route("GET", "/library", "library.read_library", "List the ready-made blocks.", answer=wire.Library),
)

OPEN_PATHS = frozenset({"/health", "/sign-in"})
"""The exact paths that answer without a session, as the table has them: written twice so that a slip shows."""
CONTROL_PATHS = frozenset({"/links"})
"""The exact paths that answer to the control key instead."""
