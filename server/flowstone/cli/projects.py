"""Commands about a project's files: make one, and say what is wrong with one."""

from __future__ import annotations

from pathlib import Path

from flowstone.cli.documents import problems_document
from flowstone.cli.terminal import answers, console, counted, print_json, tell_problems
from flowstone.store.project_files import validate
from flowstone.store.templates import create_project
from flowstone.store.trust import trust


def make_project(folder: Path, template: str | None) -> None:
    """Make a project in a folder. Raises: AlreadyExists, when there is one; NotFound, for an unknown template."""
    create_project(folder, template=template)
    trust(folder)
    screen = console()
    screen.print(f"[green]✓[/green] {folder} is a project now. Open it in the browser:", soft_wrap=True)
    screen.print(f"  flowstone start {folder}", markup=False)


def show_problems(project: Path, *, as_json: bool) -> int:
    """Say everything that is wrong with a project; return 2 when it is not valid. Raises: NotFound."""
    problems = validate(project)
    document = problems_document(problems)
    if as_json:
        print_json(document)
    screen = console() if as_json else answers()
    tell_problems(screen, problems)
    if not problems:
        screen.print("[green]✓[/green] nothing is wrong")
    elif not document["valid"]:
        errors = sum(not problem.is_warning for problem in problems)
        screen.print(f"{counted(errors, 'problem')} to mend", style="red")
    return 0 if document["valid"] else 2
