"""`flowstone schedules`: with no server running, and as programs read it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.kit.commands import flowstone
from tests.kit.small_projects import write

PIPELINE = 'blocks: {}\nschedule: {cron: "30 2 * * *", timezone: Europe/Berlin, overlap: queue}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "flowstone.yaml", "name: small\n")
    write(tmp_path, "pipelines/nightly.yaml", PIPELINE)
    write(tmp_path, "pipelines/often.yaml", "blocks: {}\nschedule: {every: 15m, enabled: false}\n")
    write(tmp_path, "pipelines/by_hand.yaml", "blocks: {}\n")
    return tmp_path


def listed(project: Path, *more: str) -> dict[str, Any]:
    found = flowstone("schedules", "--json", "-p", str(project), *more)
    assert found.returncode == 0, found.stderr
    return {schedule["pipeline"]: schedule for schedule in json.loads(found.stdout)["schedules"]}


def test_schedules_are_listed_with_their_next_times(project: Path) -> None:
    """One looks before a release at what will start during it."""
    found = listed(project, "--next", "3")

    assert list(found) == ["nightly", "often"]
    assert found["nightly"]["timezone"] == "Europe/Berlin"
    times = [datetime.fromisoformat(time) for time in found["nightly"]["next"]]
    assert len(times) == 3
    assert all(time.minute == 30 for time in times)
    assert (found["often"]["every_s"], found["often"]["enabled"], found["often"]["next"]) == (900, False, [])


def test_a_pause_is_kept_until_it_is_taken_back(project: Path) -> None:
    """Each command is a process of its own."""
    where = ("nightly", "-p", str(project))
    paused = flowstone("schedules", "pause", *where, "--json")
    again = flowstone("schedules", "pause", *where)
    during = listed(project)["nightly"]
    resumed = flowstone("schedules", "resume", *where)

    assert json.loads(paused.stdout) == {"pipeline": "nightly", "paused": True, "changed": True}
    assert "was paused already" in again.stderr
    assert (during["paused"], during["next"]) == (True, [])
    assert (resumed.returncode, listed(project)["nightly"]["paused"]) == (0, False)


def test_what_has_no_schedule_cannot_be_paused(project: Path) -> None:
    """The message is the next step."""
    by_hand = flowstone("schedules", "pause", "by_hand", "-p", str(project))
    off = flowstone("schedules", "pause", "often", "-p", str(project))

    assert (by_hand.returncode, off.returncode) == (2, 2)
    assert "pipelines/by_hand.yaml" in by_hand.stderr
    assert "enabled: false" in off.stderr


def test_people_read_a_table(project: Path) -> None:
    """In words, for those who do not speak cron."""
    found = flowstone("schedules", "-p", str(project))

    assert "At 02:30 every day, Europe/Berlin" in found.stdout
    assert "switched off" in found.stdout


def test_listing_leaves_no_trace(project: Path) -> None:
    """Whoever looks at a fresh checkout has begun nothing."""
    found = listed(project, "--next", "1")

    assert len(found["nightly"]["next"]) == 1
    assert not (project / ".flowstone").exists()
