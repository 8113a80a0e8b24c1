"""Outputs wherever a project keeps them: in a folder, or in a store elsewhere."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flowstone.store.artifacts import ArtifactStore
from flowstone.store.held import SCHEME, open_held
from flowstone.store.places import is_url


def open_artifacts(address: str) -> ArtifactStore:
    """Open the artifacts at a folder's path, a URL, or a folder for which a worker holds what it makes.

    A store elsewhere is signed in to when it is first used, and may raise ExtraMissing and StoreUnreachable then.
    """
    if address.startswith(SCHEME):
        return open_held(address)
    return _remote(address) if is_url(address) else ArtifactStore(Path(address))


@lru_cache(maxsize=8)
def _remote(address: str) -> ArtifactStore:
    # One for a process: it knows what it has seen there, and holds connections.
    from flowstone.store.cached import cache_folder
    from flowstone.store.places import place_at
    from flowstone.store.remote_artifacts import RemoteArtifacts

    return RemoteArtifacts(place_at(address), cache_folder(address))
