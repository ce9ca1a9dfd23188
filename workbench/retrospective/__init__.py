"""Footage and collections of images -> candidates, for a case.

Nothing here knows a bench: what belongs to a case is handed in, and what was found handed out.
"""

from __future__ import annotations

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
