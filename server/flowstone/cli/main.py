"""The `flowstone` command: what it can be asked, and how it ends.

Only what every call needs is imported here; each command imports its own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flowstone import __version__
from flowstone.cli import schedule_commands

if TYPE_CHECKING:
    from flowstone.engine.launch import Launched

app = typer.Typer(
    name="flowstone",
    help="Data pipelines as files: edit them in the browser, run them anywhere.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(schedule_commands.app, name="schedules")

DONE = 0
PIPELINE_FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130

ProjectOption = Annotated[Path, typer.Option("--project", "-p", help="The project's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="The profile of connections to use.")]
HERE = Path()


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


def _hosts(names: list[str] | None) -> list[str] | None:
    from flowstone.web.gate import is_host

    for name in names or ():
        if not is_host(name):
            raise typer.BadParameter(f"{name!r} is not one host: write flow.example.org, or with a port flow:8443")
    return names


@app.callback()
def _flowstone(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Run data pipelines that are made of files."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The new project's folder.")],
    template: Annotated[str | None, typer.Option("--template", help="A sample to begin with: flights or taxi.")] = None,
) -> None:
    """Make a new project."""
    from flowstone.cli.projects import make_project

    make_project(folder, template)


@app.command()
def start(
    folders: Annotated[list[Path] | None, typer.Argument(help="Projects to serve; the current folder if none.")] = None,
    host: Annotated[str, typer.Option(help="The address to listen on; beyond this machine only with a password.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The port to listen on; the next free one if it is taken.")] = 8900,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            help="A further name, or name:port, by which browsers reach the server; may be repeated.",
            callback=_hosts,
        ),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    schedules: Annotated[bool, typer.Option(help="Start the runs of schedules when their time comes.")] = True,
) -> None:
    """Serve projects to the browser."""
    from flowstone.cli.serving import PASSWORD_VARIABLE, serve_projects
    from flowstone.web.application import Listening

    password = os.environ.get(PASSWORD_VARIABLE) or None
    listening = Listening(host=host, port=port, allowed_hosts=tuple(allow_host or ()), password=password)
    raise typer.Exit(serve_projects(folders or [HERE], listening, opens_browser=browser, keeps_schedules=schedules))


@app.command()
def link(
    folder: Annotated[Path, typer.Argument(help="A project that is being served.")] = HERE,
) -> None:
    """Print a fresh sign-in link of the running server."""
    from flowstone.cli.linking import print_link

    print_link(folder)


@app.command()
def run(
    context: typer.Context,
    pipeline: Annotated[str, typer.Argument(help="The pipeline's id.")],
    project: ProjectOption = HERE,
    param: Annotated[list[str] | None, typer.Option("--param", help="NAME=VALUE; may be repeated.")] = None,
    from_block: Annotated[str | None, typer.Option("--from", help="Run this block and all below it.")] = None,
    to_block: Annotated[str | None, typer.Option("--to", help="Run this block and what it needs, no further.")] = None,
    only: Annotated[str | None, typer.Option("--only", help="Run just this block, on stored inputs.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Run every block, the fresh ones too.")] = False,
    profile: ProfileOption = None,
    executor: Annotated[
        str | None, typer.Option("--executor", help="Where blocks run: local, or dask://HOST:PORT.")
    ] = None,
    twice: Annotated[
        bool, typer.Option("--twice", help="Run each block twice, and say which do not give the same.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run a pipeline to its end."""
    from flowstone.cli.running import RunOptions, run_pipeline

    options = RunOptions(tuple(param or ()), from_block, only, everything, profile, executor, to_block, twice)
    raise typer.Exit(run_pipeline(project, pipeline, options, as_json=as_json, launched=context.obj))


@app.command()
def resume(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run's id.")],
    project: ProjectOption = HERE,
    executor: Annotated[
        str | None, typer.Option("--executor", help="Where blocks run: local, or dask://HOST:PORT.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take a run up where it failed or was cut off."""
    from flowstone.cli.running import resume_run

    raise typer.Exit(resume_run(project, run_id, executor, as_json=as_json, launched=context.obj))


@app.command()
def status(
    pipeline: Annotated[str, typer.Argument(help="The pipeline's id.")],
    project: ProjectOption = HERE,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which outputs still count, and why the others do not."""
    from flowstone.cli.asking import show_status

    show_status(project, pipeline, profile, as_json=as_json)


@app.command()
def show(
    pipeline: Annotated[str, typer.Argument(help="The pipeline's id.")],
    block: Annotated[str, typer.Argument(help="The block's id.")],
    project: ProjectOption = HERE,
    rows: Annotated[int, typer.Option("--rows", min=0, max=10_000, help="How many rows.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the first rows of a block's newest output."""
    from flowstone.cli.asking import show_output

    show_output(project, pipeline, block, rows, as_json=as_json)


@app.command()
def validate(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Say everything that is wrong with a project's files."""
    from flowstone.cli.projects import show_problems

    raise typer.Exit(show_problems(project, as_json=as_json))


@app.command()
def doctor(
    project: ProjectOption = HERE,
    deep: Annotated[bool, typer.Option("--deep", help="Read every stored output again and compare its hash.")] = False,
    new_ledger: Annotated[
        bool, typer.Option("--new-ledger", help="Set a damaged ledger aside first: the next command begins a new one.")
    ] = False,
    connection: Annotated[
        str | None, typer.Option("--connection", help="Try this connection, and name what is missing.")
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that nothing is broken, and say what mends it; exit code 1 when something is."""
    if connection is not None:
        from flowstone.cli.trying import show_trial

        raise typer.Exit(show_trial(project, connection, profile=profile, as_json=as_json))
    from flowstone.cli.doctoring import renew_ledger, show_health

    if new_ledger:
        renew_ledger(project)
    raise typer.Exit(show_health(project, deep=deep, as_json=as_json))


@app.command()
def gc(
    project: ProjectOption = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let go of the history and outputs that the project does not keep."""
    from flowstone.cli.collecting import collect_garbage

    collect_garbage(project, dry_run=dry_run, as_json=as_json)


@app.command()
def keep(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run's id.")],
    project: ProjectOption = HERE,
    no_longer: Annotated[bool, typer.Option("--no-longer", help="Treat it like any other run again.")] = False,
) -> None:
    """Keep a run and its outputs whatever the project's limits say."""
    from flowstone.cli.collecting import keep_run

    keep_run(project, run_id, is_kept=not no_longer)


@app.command()
def runs(
    project: ProjectOption = HERE,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Only this pipeline's.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List past runs, newest first."""
    from flowstone.cli.asking import show_runs

    show_runs(project, pipeline, limit, as_json=as_json)


@app.command("import")
def import_notebook(
    file: Annotated[Path, typer.Argument(help="A Jupyter notebook, .ipynb.")],
    project: ProjectOption = HERE,
    name: Annotated[
        str | None, typer.Option("--name", help="The pipeline's id; else it is named after the file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a pipeline of a Jupyter notebook."""
    from flowstone.cli.notebooks import import_file

    import_file(file, project, name, as_json=as_json)


@app.command()
def export(
    pipeline: Annotated[str, typer.Argument(help="The pipeline's id.")],
    project: ProjectOption = HERE,
    to: Annotated[Literal["notebook"], typer.Option("--to", help="What to make of it.")] = "notebook",  # noqa: ARG001
    run_id: Annotated[str | None, typer.Option("--run", help="As it was in this run, with what the run gave.")] = None,
    profile: ProfileOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; else PIPELINE.ipynb, here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a pipeline as a Jupyter notebook that computes the same."""
    from flowstone.cli.notebooks import export_file

    export_file(project, pipeline, run_id, profile, output, as_json=as_json)


@app.command()
def logs(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run's id.")],
    project: ProjectOption = HERE,
    block: Annotated[str | None, typer.Option("--block", help="Only this block's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what the blocks of a run printed."""
    from flowstone.cli.logs import show_logs

    show_logs(project, run_id, block, as_json=as_json)


def main(launched: Launched | None = None) -> None:
    """Run the command and end with its exit code; an error of ours is a message, never a stack trace.

    `launched` is a process for workers that was started ahead of the imports here.
    """
    from flowstone.errors.base import FlowstoneError

    try:
        app(obj=launched)
    except FlowstoneError as wrong:
        from flowstone.cli.terminal import tell_error

        tell_error(wrong, as_json="--json" in sys.argv)
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter's last flush fails, too
        sys.exit(PIPELINE_FAILED)
    except OSError as wrong:
        from flowstone.cli.terminal import tell_error

        tell_error(FlowstoneError(f"The system says: {wrong}"), as_json="--json" in sys.argv)
        sys.exit(WRONG_USE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
