"""What a block usually takes, learnt from its runs."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_WEIGHT = 0.2
"""What a new run counts for at least: after a change of code or of data a handful of runs tell the new usual."""
MEMORY_FALLS_BY = 0.1
"""How quickly a high memory is forgotten. It is remembered at once: who sets a limit by it must not set it too low."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a block's next run will probably take. Units: seconds; bytes beyond what its worker held."""

    seconds: float
    peak_memory_bytes: int | None = None
    runs: int = 1

    def after(self, latest: Forecast) -> Forecast:
        """Return the forecast after one more run, which took what `latest` says."""
        runs = self.runs + 1
        weight = max(LEAST_WEIGHT, 1 / runs)
        return Forecast(
            self.seconds + (latest.seconds - self.seconds) * weight,
            _memory(self.peak_memory_bytes, latest.peak_memory_bytes),
            runs,
        )


def _memory(usual: int | None, latest: int | None) -> int | None:
    if usual is None or latest is None or latest > usual:
        return usual if latest is None else latest
    return round(usual + (latest - usual) * MEMORY_FALLS_BY)
