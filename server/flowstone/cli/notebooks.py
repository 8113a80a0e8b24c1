"""Commands about notebooks: one comes in as a pipeline, a pipeline goes out as one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from flowstone.cli.terminal import console, counted, escaped, print_json
from flowstone.errors.notebook import NotebookUnreadable
from flowstone.interop.notebook_import.importing import ImportedPipeline
from flowstone.interop.notebook_import.writing import import_into
from flowstone.store.project_files import load_project


def import_file(file: Path, project: Path, name: str | None, *, as_json: bool) -> None:
    """Make a pipeline of a notebook's file. Raises: NotebookUnreadable; AlreadyExists; NotFound, for no project."""
    load_project(project)
    try:
        content = file.read_bytes()
    except OSError as wrong:
        raise NotebookUnreadable(str(file), wrong.strerror or "it cannot be read") from wrong
    pipeline = import_into(project, content, file=file.name, name=name)
    if as_json:
        print_json({"pipeline": pipeline.id, "files": list(pipeline.files), "warnings": list(pipeline.warnings)})
    else:
        _tell(pipeline, project)


def _tell(pipeline: ImportedPipeline, project: Path) -> None:
    screen = console()
    blocks = sum(not path.startswith(("lib/", "pipelines/", "notes/")) for path in pipeline.files)
    screen.print(f"[green]✓[/green] {pipeline.id} is a pipeline of {counted(blocks, 'block')} now:")
    for path in pipeline.files:
        screen.print(f"  {escaped(path)}", style="dim")
    for warning in pipeline.warnings:
        screen.print(f"[yellow]![/yellow] {escaped(warning)}")
    where = "" if project == Path() else f" --project {project}"
    screen.print(f"Run it: flowstone run {pipeline.id}{where}", markup=False)


def export_file(
    project: Path, pipeline: str, run: str | None, profile: str | None, output: Path | None, *, as_json: bool
) -> None:
    """Write a pipeline, or a run of it, as a notebook's file. Raises: NotFound; NotebookUnwritable; DiskFull."""
    from flowstone.disk.publish import publish
    from flowstone.interop.notebook_export.collecting import notebook_of

    target = output or Path(f"{pipeline}.ipynb")
    text = asyncio.run(notebook_of(project, pipeline, run=run, profile=profile, target=target))
    publish(target.absolute(), text.encode())
    if as_json:
        print_json({"pipeline": pipeline, "run": run, "file": str(target)})
    else:
        console().print(f"[green]✓[/green] {escaped(str(target))} is a notebook of {pipeline} now.")
