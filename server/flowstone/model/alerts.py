"""Who is told when runs that started by themselves fail, and when they are well again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from flowstone.errors.base import Place


class AlertKind(StrEnum):
    """What an alert tells of: a run that failed, or the first that did not after one that had."""

    FAILURE = "failure"
    RECOVERY = "recovery"


EVERY_KIND = (AlertKind.FAILURE, AlertKind.RECOVERY)


@dataclass(frozen=True, slots=True)
class AlertUrl:
    """Where an alert goes, as the file has it: `${env:NAME}` not yet filled in, and the place to complain about."""

    text: str
    place: Place

    @property
    def digest(self) -> str:
        """A name for it that says nothing of it."""
        return sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Alerts:
    """What a project, or a pipeline in its stead, says under `alerts:`. Without urls nobody is told."""

    urls: tuple[AlertUrl, ...] = ()
    on: tuple[AlertKind, ...] = EVERY_KIND
