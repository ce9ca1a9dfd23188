"""Evaluation sets for tests: folders of drawn portraits, and what is said of a set."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from drawn_faces import portrait

from workbench.images import encode_png

__all__ = ["NAME", "PEOPLE", "WHY_READ", "folder_of", "hidden_pieces", "set_values"]

NAME = "VOLUNTEERS/2026"
WHY_READ = "measuring the threshold of street/1"
PEOPLE = {"MARKER-person-one": (1, 2), "MARKER-person-two": (3,)}
"""Person -> the seeds of that person's portraits."""


def set_values(now: datetime, **changes: Any) -> dict[str, Any]:
    """What is said of a set that is in order and ends in thirty days."""
    return {
        "name": NAME,
        "use": "To choose the threshold of street/1.",
        "origin": "Volunteers of the force, October 2026",
        "basis": "written-consent",
        "evidence": "form 12, kept by the data protection officer",
        "ends": (now + timedelta(days=30)).isoformat(),
    } | changes


def folder_of(place: Path) -> Path:
    """Write a folder of images for each of `PEOPLE`."""
    for person, seeds in PEOPLE.items():
        (place / person).mkdir(parents=True)
        for seed in seeds:
            (place / person / f"MARKER-file-{seed}.png").write_bytes(encode_png(portrait(seed)))
    return place


def hidden_pieces(folder: Path) -> list[bytes]:
    """Return pieces of all images of a folder, the names of its people and of its files."""
    images = [path.read_bytes() for path in sorted(folder.rglob("*.png"))]
    pieces = [data[at : at + 24] for data in images for at in range(0, len(data) - 24, 397)]
    return [*pieces, b"MARKER-person", b"MARKER-file"]
