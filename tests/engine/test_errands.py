"""Errands in a process of their own: however much they bring, within the stated bounds."""

from __future__ import annotations

from pathlib import Path

from flowstone.engine.errands import run_errand
from flowstone.store.file_search import MAX_LINES, MAX_LINES_OF_FILE, SHOWN_CHARACTERS


async def test_a_search_brings_as_many_lines_as_it_may_find(tmp_path: Path) -> None:
    """Its answer is one line of JSON, far longer than what a stream takes for a line if it is not told."""
    for number in range(MAX_LINES // MAX_LINES_OF_FILE):
        (tmp_path / f"{number}.md").write_text(f"{'ö' * SHOWN_CHARACTERS}\n" * MAX_LINES_OF_FILE, encoding="utf-8")
    question = {"root": str(tmp_path), "text": "ö", "is_regex": False, "is_exact_case": True}

    answer = await run_errand("search", question, within_s=60)

    assert answer.is_whole
    assert sum(len(file["lines"]) for file in answer.said["found"]["files"]) == MAX_LINES
