"""What `workbench evaluate video` found, as one plain record fit for a JSON file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.live.clip_counts import LabelledClip
    from workbench.matching.enrolment import Enrolment

__all__ = ["figures_of", "list_of"]


def list_of(watchlist: Path, people: AbstractSet[str], enrolment: Enrolment) -> dict[str, Any]:
    """Return who and what is on the list, and who and what is not though the folder names them.

    Args:
        watchlist: its folder.
        people: everybody whom the folder names.
        enrolment: of it.
    """
    enrolled = set(enrolment.watchlist.subjects)
    photographs = [one for one in enrolment.refused if not one.path.is_dir()]
    return {
        "n_references": len(enrolment.watchlist),
        "n_identities": len(enrolled),
        "not_enrolled": sorted(people - enrolled),
        "not_enrolled_photographs": [
            {"path": _below(watchlist, one.path), "subject": one.subject, "reason": one.reason}
            for one in photographs
        ],
        "refused": [
            {"path": one.path.name, "subject": one.subject, "reason": one.reason}
            for one in enrolment.refused
        ],
    }


def _below(watchlist: Path, path: Path) -> str:
    return path.relative_to(watchlist).as_posix() if path.is_relative_to(watchlist) else path.name


def figures_of(
    clips: Sequence[LabelledClip],
    thresholds: Sequence[float],
    default: float | None,
    asked: Sequence[float],
) -> dict[str, Any]:
    """Return alerts right, wrong and missed at each threshold, in all clips and in each.

    Args:
        clips: that were searched.
        thresholds: at which alerts are counted.
        default: the matcher's own threshold, `None` where it has none.
        asked: thresholds that were asked for.
    """
    from workbench.live.clip_counts import clip_rows, count_clips  # noqa: PLC0415 - quick `--help`

    rows = clip_rows(clips, thresholds)
    at_each = {
        key[0]: part.drop("path", "identities").to_dicts()
        for key, part in rows.group_by("path", maintain_order=True)
    }
    shown = frozenset[str]().union(*(clip.identities for clip in clips))
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "default_threshold": default,
        "asked_thresholds": sorted({*asked}),
        "n_people_shown": len(shown),
        "thresholds": [
            {**row, "is_default": row["threshold"] == default, **_worth(row)}
            for row in count_clips(clips, thresholds).to_dicts()
        ],
        "clips": [
            {
                "path": clip.path,
                "identities": sorted(clip.identities),
                "frames": clip.search.frames,
                "duration_s": round(clip.search.duration_s, 3),
                "faces_seen": clip.search.faces_seen,
                "damage": clip.search.damage,
                "at": at_each[clip.path],
            }
            for clip in clips
        ],
    }


def _worth(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return, in words, what the few errors at a threshold are worth."""
    from workbench.evaluation.few_errors import few_errors_words  # noqa: PLC0415 - quick `--help`

    return {
        "few_errors": {
            "wrong": few_errors_words(row["clips_wrong"], row["clips"]),
            "missed": few_errors_words(row["missed"], row["appearances"]),
        }
    }
