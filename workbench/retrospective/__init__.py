"""Footage and collections of images -> candidates, for a case.

Nothing here knows a bench: what belongs to a case is handed in, and what was found handed out.
"""

from __future__ import annotations

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
from workbench.retrospective.indexing import FootageCounts, index_footage
from workbench.retrospective.joining import TimelineEntry, timeline
from workbench.retrospective.manifests import Manifest, manifest_of, read_manifest
from workbench.retrospective.segments import FootageFacts, FootagePlan, plan_footage
from workbench.retrospective.shards import Shard, decode_shard, encode_shard
from workbench.retrospective.timelines import probes_of, timeline_matcher

__all__ = [
    "AppearanceId",
    "Appearances",
    "Candidate",
    "CandidateList",
    "FootageCounts",
    "FootageFacts",
    "FootagePart",
    "FootagePlan",
    "Manifest",
    "Shard",
    "TimelineEntry",
    "decode_appearances",
    "decode_shard",
    "encode_appearances",
    "encode_shard",
    "enhance",
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
