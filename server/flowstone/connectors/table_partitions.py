"""What the partitions of a table are called: as BigQuery calls them, everywhere."""

from __future__ import annotations

import datetime as dt

from flowstone.model.connections import Granularity

FORMATS: dict[Granularity, str] = {"hour": "%Y%m%d%H", "day": "%Y%m%d", "month": "%Y%m", "year": "%Y"}
"""Source: BigQuery, "Managing partitioned tables", partition ids; in UTC."""
WITHOUT_VALUE = "__NULL__"


def partition_name(moment: dt.datetime | None, granularity: Granularity) -> str:
    """Return the name of the partition that begins at a moment, or of the one for rows without any."""
    return WITHOUT_VALUE if moment is None else moment.strftime(FORMATS[granularity])
