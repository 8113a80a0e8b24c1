"""What can go wrong between this machine, a cluster and a store that is elsewhere."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import BlockFailure, ExecutorUnavailable


class ExtraMissing(FlowstoneError):
    """Something was asked for that needs packages which are not installed."""

    code = "extra_missing"

    def __init__(self, what: str, *, extra: str, package: str) -> None:
        super().__init__(
            f"{what} needs the package {package}, which is not installed",
            hint=f"Install it where Flowstone runs: pip install 'flowstone[{extra}]'.",
            details={"extra": extra, "package": package},
        )


class ExecutorUnknown(FlowstoneError):
    """An executor's address is none that Flowstone understands."""

    code = "executor_unknown"

    def __init__(self, address: str) -> None:
        super().__init__(
            f"There is no executor {address!r}",
            hint="Write local, or dask://HOST:PORT with the address of a Dask scheduler.",
            details={"executor": address},
        )


class ClusterUnreachable(ExecutorUnavailable):
    """No scheduler answers at the address of a cluster, or it was lost."""

    code = "cluster_unreachable"

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"No Dask scheduler answers at {address}: {why}",
            hint="Is it running, and is this the address that `dask scheduler` printed? A firewall may be between.",
            details={"address": address},
        )


class VersionMismatch(ExecutorUnavailable):
    """A machine of the cluster has other packages than this one, so a block might give another result there."""

    code = "version_mismatch"

    def __init__(self, where: str, differences: dict[str, tuple[str, str]]) -> None:
        said = ", ".join(f"{name} {theirs} instead of {ours}" for name, (ours, theirs) in differences.items())
        super().__init__(
            f"{where} has {said}",
            hint="Install the same versions on the cluster and here, and start its workers again.",
            details={"where": where, "differences": {name: list(pair) for name, pair in differences.items()}},
        )


class NotShared(BlockFailure):
    """A worker of a cluster does not see a folder that the block needs."""

    code = "not_shared"


class StoreAddressInvalid(FlowstoneError):
    """The address of an artifact store is none that can be used."""

    code = "store_address_invalid"


class StoreUnreachable(FlowstoneError):
    """The artifact store does not answer, or refuses."""

    code = "store_unreachable"

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"The artifact store {url} cannot be used: {why}",
            hint="Look at the network, and at whether the account that Flowstone runs as may read and write there.",
            details={"url": url},
        )
