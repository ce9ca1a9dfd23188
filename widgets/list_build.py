"""Having the bench build a list in the making: nothing is handed over that nobody looked at."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from widgets.list_words import report_words
from workbench.errors import UsageError
from workbench.governance.deployments import DeploymentState
from workbench.governance.entries import WatchlistEntry

if TYPE_CHECKING:
    from widgets.list_draft import DraftImage, ListDraft
    from workbench.bench import Workbench
    from workbench.bench.list_preparing import ListPreparation
    from workbench.bench.list_views import BuildReport
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["build_list"]

WHY: Final = "looking at what the list needs before its search, after building it"


def build_list(
    bench: Workbench,
    prepared: ListPreparation,
    draft: ListDraft,
    analyser: FaceAnalyser,
    *,
    replacing: str | None,
    faces: int | None,
    progress: Callable[[int, int, Path], None],
) -> dict[str, Any]:
    """Build the list of a deployment, say what came of it, and note that with each image.

    Args:
        bench: opened by whoever builds.
        prepared: what the list may be, as it is now.
        draft: the list in the making.
        analyser: by which its images were judged.
        replacing: digest of the list that whoever builds was told would be replaced.
        faces: how many are expected, if somebody said.
        progress: called after each image.

    Raises:
        RecordError: when an entry is not filled in whole.
        UsageError: when an image was not looked at, or has changed since; or when another list is
            there than was said.
        WorkbenchError: whatever the bench raises.
    """
    present = prepared.present
    if present is not None and replacing != present.digest:
        msg = (
            f"deployment {prepared.deployment.reference} has a list of {present.references:,} "
            "already, which would be replaced. Say that it is to be replaced, and build again."
        )
        raise UsageError(msg)
    _require_looked(draft)
    report = bench.watchlists.build(
        prepared.deployment.reference, draft.entries(), analyser, progress=progress
    )
    _note(draft, report)
    view = bench.watchlists.show(prepared.deployment.reference, WHY, faces=faces)
    not_applied = prepared.deployment.state is DeploymentState.DRAFT
    return report_words(report, view, draft=not_applied)


def _require_looked(draft: ListDraft) -> None:
    """Have every image be the one that was looked at; a file may have been changed since."""
    for image in draft.images.values():
        if image.looked is None:
            msg = f"{image.name} was not looked at yet. Wait until every image has a verdict."
            raise UsageError(msg)
        if isinstance(image.file, Path) and image.sha256 not in {None, _digest(image.file)}:
            msg = (
                f"{image.where} was changed since it was looked at. Drop it from the list, and "
                "take it again."
            )
            raise UsageError(msg)


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _note(draft: ListDraft, report: BuildReport) -> None:
    """Write with each image what became of it; where two are alike either may be meant."""
    refused: dict[WatchlistEntry, list[str]] = defaultdict(list)
    for one in report.refused:
        refused[one.entry].append(" ".join(one.quality.reasons))
    images: list[DraftImage] = list(draft.images.values())
    for image in images:
        reasons = refused.get(image.entry())
        image.outcome = "refused" if reasons else "enrolled"
        image.why = reasons.pop() if reasons else ""
