"""Entries of a watchlist for tests, and how a list is made ready for its search."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.governance.entries import WatchlistEntry

__all__ = ["checked_and_reviewed", "entry_of", "entry_values", "pictured", "write_manifest"]

WHY = "preparing the deployment of the day"


def entry_values(**changes: Any) -> dict[str, Any]:
    """An entry that is in order, as plain values."""
    return {
        "subject": "NOM-1",
        "image": "NOM-1.jpg",
        "category": "wanted-by-courts",
        "legal_basis": "administration-of-justice",
        "source": "custody",
        "image_date": "2026-02-11",
        "rationale": "Warrant of Croydon Magistrates' Court; lives nearby.",
        "lawfully_held": True,
    } | changes


def entry_of(subject: str, **changes: Any) -> WatchlistEntry:
    """An entry that is in order."""
    values = entry_values(subject=subject, image=f"{subject.replace('/', '-')}.jpg")
    return WatchlistEntry.read(values | changes, what=f"entry {subject}")


def pictured(image: Path, subject: str, **changes: Any) -> EntryImage:
    """An entry with its image."""
    return EntryImage(entry_of(subject, **changes), image)


def checked_and_reviewed(open_as: Callable[[str], Workbench], reference: str) -> None:
    """Let `reviewer` check every entry of a list, and review it."""
    with open_as("reviewer") as reviewer:
        ids = reviewer.watchlists.show(reference, WHY).ids()
        reviewer.watchlists.check(reference, ids, "compared with the custody record")
        reviewer.watchlists.review(reference, note="necessary for these six hours")


def write_manifest(path: Path, images: Mapping[str, str], **changes: Any) -> Path:
    """Write a manifest that names the image of each subject, all of them in order but for that."""
    words = entry_values(lawfully_held="yes", **changes)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(words))
        writer.writeheader()
        for subject, image in images.items():
            writer.writerow(words | {"subject": subject, "image": image})
    return path
