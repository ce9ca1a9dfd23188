"""Footage and collections of images -> candidates, for a case.

Nothing here knows a bench: what belongs to a case is handed in, and what was found handed out.
Each name is loaded when first used: processes that read for an import need few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.retrospective.candidate_lists import (
        Candidate,
        CandidateList,
        joined_probe,
        search_collection,
    )
    from workbench.retrospective.enhancing import enhance, replay
    from workbench.retrospective.importing import ImportedPart, import_shards
    from workbench.retrospective.manifests import Manifest, manifest_of, read_manifest
    from workbench.retrospective.shards import Shard, decode_shard, encode_shard

_HOMES = {
    "Candidate": "candidate_lists",
    "CandidateList": "candidate_lists",
    "ImportedPart": "importing",
    "Manifest": "manifests",
    "Shard": "shards",
    "decode_shard": "shards",
    "encode_shard": "shards",
    "enhance": "enhancing",
    "import_shards": "importing",
    "joined_probe": "candidate_lists",
    "manifest_of": "manifests",
    "read_manifest": "manifests",
    "replay": "enhancing",
    "search_collection": "candidate_lists",
}

__all__ = [
    "Candidate",
    "CandidateList",
    "ImportedPart",
    "Manifest",
    "Shard",
    "decode_shard",
    "encode_shard",
    "enhance",
    "import_shards",
    "joined_probe",
    "manifest_of",
    "read_manifest",
    "replay",
    "search_collection",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
