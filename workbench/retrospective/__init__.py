"""Footage and collections of images -> candidates, for a case.

Nothing here knows a bench: what belongs to a case is handed in, and what was found handed out.
Each name is loaded when first used: processes that read for an import need few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.retrospective.appearances import (
        Appearances,
        decode_appearances,
        encode_appearances,
    )
    from workbench.retrospective.candidate_lists import (
        Candidate,
        CandidateList,
        joined_probe,
        search_collection,
    )
    from workbench.retrospective.enhancing import enhance, replay
    from workbench.retrospective.footage_parts import AppearanceId, FootagePart
    from workbench.retrospective.importing import ImportedPart, import_shards
    from workbench.retrospective.indexing import FootageCounts, index_footage
    from workbench.retrospective.joining import TimelineEntry, timeline
    from workbench.retrospective.manifests import Manifest, manifest_of, read_manifest
    from workbench.retrospective.segments import FootageFacts, FootagePlan, plan_footage
    from workbench.retrospective.shards import Shard, decode_shard, encode_shard
    from workbench.retrospective.timelines import probes_of, timeline_matcher

_HOMES = {
    "AppearanceId": "footage_parts",
    "Appearances": "appearances",
    "Candidate": "candidate_lists",
    "CandidateList": "candidate_lists",
    "FootageCounts": "indexing",
    "FootageFacts": "segments",
    "FootagePart": "footage_parts",
    "FootagePlan": "segments",
    "ImportedPart": "importing",
    "Manifest": "manifests",
    "Shard": "shards",
    "TimelineEntry": "joining",
    "decode_appearances": "appearances",
    "decode_shard": "shards",
    "encode_appearances": "appearances",
    "encode_shard": "shards",
    "enhance": "enhancing",
    "import_shards": "importing",
    "index_footage": "indexing",
    "joined_probe": "candidate_lists",
    "manifest_of": "manifests",
    "plan_footage": "segments",
    "probes_of": "timelines",
    "read_manifest": "manifests",
    "replay": "enhancing",
    "search_collection": "candidate_lists",
    "timeline": "joining",
    "timeline_matcher": "timelines",
}

__all__ = [
    "AppearanceId",
    "Appearances",
    "Candidate",
    "CandidateList",
    "FootageCounts",
    "FootageFacts",
    "FootagePart",
    "FootagePlan",
    "ImportedPart",
    "Manifest",
    "Shard",
    "TimelineEntry",
    "decode_appearances",
    "decode_shard",
    "encode_appearances",
    "encode_shard",
    "enhance",
    "import_shards",
    "index_footage",
    "joined_probe",
    "manifest_of",
    "plan_footage",
    "probes_of",
    "read_manifest",
    "replay",
    "search_collection",
    "timeline",
    "timeline_matcher",
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
