"""Processes that tests leave behind on purpose, told from those of every other test run on the machine."""

from __future__ import annotations

import os

import psutil

SLEEPER = ("sleep", str(1_000_000 + os.getpid()))
"""A command that only this process's tests give: its number of seconds is its mark."""
SLEEP = " ".join(SLEEPER)


def sleepers() -> list[int]:
    """Return the sleepers that live."""
    return [found.pid for found in psutil.process_iter(["cmdline"]) if found.info["cmdline"] == list(SLEEPER)]
