"""The comparison that was asked for last, kept: who leafs through its rows asks for it again and again."""

from __future__ import annotations

from dataclasses import replace

from flowstone.engine.questions import DifferenceQuestion
from flowstone.engine.worker.table_difference import Comparing
from flowstone.engine.worker.tables import open_table
from flowstone.store.artifact_places import open_artifacts

_last: dict[DifferenceQuestion, Comparing] = {}


def comparing(question: DifferenceQuestion) -> Comparing:
    """Return two tables laid side by side, as they lie already if they were asked for last.

    Raises: NotFound; ArtifactCorrupt; StoreUnreachable; KeyError, when a column of the key is not in both.
    """
    pair = replace(question, rows=None)
    if pair not in _last:
        for gone in tuple(_last):
            _last.pop(gone).close()
        store = open_artifacts(question.artifacts)
        before, after = (open_table(store.find(each).path) for each in (question.before, question.after))
        _last[pair] = Comparing(before, after, key=question.key)
    return _last[pair]
