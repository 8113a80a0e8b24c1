"""`schedule:` and `alerts:` as people write them, rightly and wrongly."""

from __future__ import annotations

import pytest

from flowstone.model.alerts import AlertKind, Alerts
from flowstone.model.ids import PipelineId
from flowstone.model.schedule import CatchUp, Cron, Every, Overlap, Schedule
from flowstone.store.pipeline_yaml import PipelineText, read_pipeline
from flowstone.store.project_yaml import read_project


def read(text: str) -> PipelineText:
    return read_pipeline(text, pipeline_id=PipelineId("line"), file="line.yaml")


def complaints(read_text: PipelineText) -> list[tuple[str, str]]:
    return [(str(problem.place), problem.message) for problem in read_text.problems]


def test_a_schedule_is_read_with_all_it_says() -> None:
    """Each key decides whether somebody's report is there in the morning."""
    found = read("""
params:
  rows: {type: integer, default: 3}
blocks: {}
schedule:
  cron: "0 6 * * MON-FRI"
  timezone: Europe/Berlin
  catch_up: all
  limit: 24
  overlap: queue
  params: {rows: 5}
  profile: gcp
  enabled: false
""")

    assert complaints(found) == []
    assert found.pipeline.schedule == Schedule(
        Cron("0 6 * * MON-FRI", "Europe/Berlin"), CatchUp.ALL, 24, Overlap.QUEUE, {"rows": 5}, "gcp", enabled=False
    )


def test_an_interval_needs_no_more_than_itself() -> None:
    """The shortest schedule there is."""
    found = read("blocks: {}\nschedule: {every: 15m}\n")

    assert (complaints(found), found.pipeline.schedule) == ([], Schedule(Every(900)))


CRON = "is no cron that Flowstone knows"


@pytest.mark.parametrize(
    ("written", "column", "message"),
    [
        ('cron: "* * * *"', 18, f"'* * * *' {CRON}: it has 4 fields"),
        ('cron: "0 0 6 * * *"', 18, f"'0 0 6 * * *' {CRON}: it has 6 fields"),
        ('cron: "@reboot"', 18, f"'@reboot' {CRON}: names such as @daily are not among them"),
        ("cron: R * * * *", 18, f"'R * * * *' {CRON}: its minute makes no sense"),
        ("cron: 0 H * * *", 18, f"'0 H * * *' {CRON}: its hour makes no sense"),
        ("cron: 0 0 30 2 *", 18, f"'0 0 30 2 *' {CRON}: its day-of-month makes no sense"),
        ("cron: 0 0 15W * *", 18, f"'0 0 15W * *' {CRON}: its day-of-month makes no sense"),
        ("cron: 5-1 * * * *", 18, f"'5-1 * * * *' {CRON}: its minute makes no sense"),
        (
            "cron: 0-59/61 * * * *",
            18,
            f"'0-59/61 * * * *' {CRON}: the step 0-59/61 is larger than what it divides",
        ),
        ('cron: ""', 18, "cron is empty"),
        ("cron: [1]", 18, "cron must be a text, not a list"),
        ('cron: "0 6 * * *", timezone: ""', 41, "there is no time zone ''"),
        ('cron: "0 6 * * *", timezone: PST', 41, "there is no time zone 'PST'"),
        ('cron: "0 6 * * *", timezone: ../../etc/passwd', 41, "there is no time zone '../../etc/passwd'"),
        ('cron: "0 6 * * *", every: 1h', 18, "schedule has both cron and every"),
        ("enabled: true", 11, "schedule says neither cron nor every"),
        ("every: 9s", 19, "every 9s is too often, or not in whole seconds"),
        ("every: 10.5s", 19, "every 10.5s is too often, or not in whole seconds"),
        ("every: often", 19, "'often' is not a duration"),
        ("every: 1h, timezone: UTC", 33, "timezone goes with cron"),
        ("every: 1h, catch_up: some", 33, "catch_up cannot be 'some'"),
        ("every: 1h, overlap: parallel", 32, "overlap cannot be 'parallel'"),
        ("every: 1h, limit: 0", 30, "limit must be a number from 1 to 1,000"),
        ("every: 1h, params: {n: 1}", 32, "params has no key 'n'"),
        ("every: 1h, at: 3", 23, "schedule has no key 'at'"),
        ("every: 1h, enabled: maybe", 32, "enabled must be true or false, not a text"),
    ],
)
def test_a_wrong_schedule_is_an_error_at_its_place(written: str, column: int, message: str) -> None:
    """What is guessed at here runs at the wrong hour for months."""
    found = read(f"blocks: {{}}\nschedule: {{{written}}}\n")

    assert complaints(found) == [(f"line.yaml:2:{column}", message)]


@pytest.mark.parametrize("expression", ["0 0 29 2 *", "0 0 * * 1#2", "0 0 L * *", "*/7 0 LW JAN-MAR 5L", "0 0 * * 7"])
def test_what_cron_can_say_is_taken(expression: str) -> None:
    """People bring their crontabs."""
    found = read(f'blocks: {{}}\nschedule: {{cron: "{expression}"}}\n')

    assert (complaints(found), found.pipeline.schedule) == ([], Schedule(Cron(expression)))


def test_a_zone_in_the_wrong_case_is_named_rightly() -> None:
    """The file systems of some people forgive it, and those of others do not."""
    found = read('blocks: {}\nschedule: {cron: "0 6 * * *", timezone: europe/berlin}\n')

    assert [problem.hint for problem in found.problems] == ["Did you mean 'Europe/Berlin'?"]


def test_a_scheduled_param_of_the_wrong_type_is_an_error_at_its_place() -> None:
    """At six in the morning nobody is there to be told."""
    found = read("params:\n  n: {type: integer, default: 3}\nblocks: {}\nschedule: {every: 1h, params: {n: many}}\n")

    assert complaints(found) == [("line.yaml:4:35", "param 'n': 'many' is not an integer")]


def urls(alerts: Alerts | None) -> list[str]:
    return [url.text for url in alerts.urls] if alerts else []


def test_a_project_says_who_is_told(tmp_path) -> None:
    """And each pipeline may say otherwise."""
    found = read_project(tmp_path, 'name: p\nalerts: {urls: ["${env:ALERTS}"], on: [failure]}\n', None)
    quiet = read("blocks: {}\nalerts: false\n").pipeline.alerts

    assert found.project.alerts is not None
    assert (urls(found.project.alerts), found.project.alerts.on) == (["${env:ALERTS}"], (AlertKind.FAILURE,))
    assert found.problems == ()
    assert quiet == Alerts()


@pytest.mark.parametrize(
    ("written", "message", "is_warning"),
    [
        ('{urls: ["slack://a/b/c"]}', "an alert's url often holds a key, and this file is shared", True),
        ("{urls: [somewhere]}", "an alert's url begins with a service, such as mailtos:// or slack://", False),
        ('{urls: ["${env:}"]}', "a placeholder here is not complete", False),
        ('{urls: ["json://localhost"], on: [recovry]}', "there is no alert on 'recovry'", False),
        ("{on: [failure]}", "alerts names no urls", False),
        ("[x]", "alerts must be a mapping, not a list", False),
    ],
)
def test_wrong_alerts_are_said_where_they_are(written: str, message: str, is_warning: bool) -> None:
    """An alert that goes nowhere is found out too late."""
    found = read(f"blocks: {{}}\nalerts: {written}\n")

    assert [(problem.message, problem.is_warning) for problem in found.problems] == [(message, is_warning)]
