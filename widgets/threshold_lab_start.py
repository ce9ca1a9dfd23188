"""What the data scientist's notebooks call: a lab or a comparison, of folders or of what ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from widgets.threshold_lab import ThresholdLab
from widgets.threshold_lab_comparison import EncoderComparison
from widgets.threshold_lab_differences import COMPARED_AT
from widgets.threshold_lab_images import ImageSource
from workbench.errors import UsageError
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.shipped import shipped_measurements

__all__ = ["compare_encoders", "tune_thresholds"]

DEFAULT: Final = "fused fp32"


def tune_thresholds(
    measurement: Path | str | None = None,
    *,
    shipped: str = DEFAULT,
    list_size: int | None = None,
    faces: int = 10_000,
    hours: float = 4.0,
    threshold: float | None = None,
    images: ImageSource | Path | str | None = None,
) -> ThresholdLab:
    """Return a lab of a folder, or of the measurement of that name which ships.

    Args:
        measurement: folder that `workbench evaluate identification --report FOLDER` wrote.
        shipped: which of those that ship, where no folder is given: matcher and numbers.
        list_size: references on the planned list; as many as were searched when left out.
        faces: of people who are not on the list, expected to pass.
        hours: that the planned search lasts.
        threshold: where the slider starts; the lowest that keeps FPIR 0.01 when left out.
        images: where the images of errors come from; without it errors are shown by scores alone.

    Raises:
        ImageError: when `images` names no folder.
        UsageError: when none of that name ships, or the plan cannot be.
    """
    chosen: Measurement | Path
    if measurement is not None:
        chosen = Path(measurement)
    else:
        known = shipped_measurements()
        if shipped not in known:
            msg = f"no measurement {shipped!r} ships. Choose one of {', '.join(known)}."
            raise UsageError(msg)
        chosen = known[shipped]
    return ThresholdLab(
        chosen, list_size=list_size, faces=faces, hours=hours, threshold=threshold, images=images
    )


def compare_encoders(
    folders: Sequence[Path | str] = (),
    *,
    reference: str | None = None,
    targets: Sequence[float] = COMPARED_AT,
) -> EncoderComparison:
    """Return a comparison of folders, or of the measurements that ship.

    Args:
        folders: that `workbench evaluate identification --report FOLDER` wrote, of one protocol.
        reference: name of the one that the others are held against; what a fresh bench compares
            with when left out, and the first where there is none of that.
        targets: each FPIR at which they are compared.
    """
    if folders:
        return EncoderComparison(folders, reference=reference, targets=targets)
    return EncoderComparison(shipped_measurements(), reference=reference, targets=targets)
