"""What `flowstone schedules` can be asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[Path, typer.Option("--project", "-p", help="The project's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
PipelineArgument = Annotated[str, typer.Argument(help="The pipeline's id.")]
HERE = Path()

app = typer.Typer(
    help="List the schedules, pause them and resume them.",
    invoke_without_command=True,
    no_args_is_help=False,
    rich_markup_mode=None,
)


@app.callback()
def _schedules(
    context: typer.Context,
    project: ProjectOption = HERE,
    upcoming: Annotated[int, typer.Option("--next", min=1, max=100, help="How many of the next times.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """List the schedules with their next times."""
    if context.invoked_subcommand is None:
        from flowstone.cli.schedules import show_schedules

        show_schedules(project, upcoming, as_json=as_json)


@app.command()
def pause(pipeline: PipelineArgument, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Let nothing of a pipeline start by itself, until it is resumed."""
    from flowstone.cli.schedules import move_schedule

    move_schedule(project, pipeline, is_to_pause=True, as_json=as_json)


@app.command()
def resume(pipeline: PipelineArgument, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Let a paused schedule go on from now; what passed meanwhile is not caught up with."""
    from flowstone.cli.schedules import move_schedule

    move_schedule(project, pipeline, is_to_pause=False, as_json=as_json)
