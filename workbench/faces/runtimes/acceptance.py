"""When int8 may stand for fp32: bounds on held-back faces, and the record that they were met."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.errors import ArtefactError
from workbench.faces.templates import Templates

__all__ = [
    "FACES",
    "LEAST_COSINE",
    "LEAST_MEAN_COSINE",
    "Acceptance",
    "Searches",
    "require_close",
]

FACES: Final = 1000
"""Held-back faces, one of each person, that a comparison of int8 with fp32 rests on."""
LEAST_COSINE: Final = 0.99
LEAST_MEAN_COSINE: Final = 0.998


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Searches(_Kept):
    """Open-set searches in both, on the same people.

    Attributes:
        fpir: at which they were compared.
        fp32: TPIR in fp32.
        low: lower end of its 95 % interval.
        high: upper end.
        int8: TPIR in int8.
    """

    fpir: float = Field(gt=0, lt=1)
    fp32: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    int8: float = Field(ge=0, le=1)


class Acceptance(_Kept):
    """What int8 was accepted on.

    Attributes:
        faces: held-back faces, one of each person.
        split: of the people; those whom ranges were measured on are others.
        least_cosine: between the templates of one face in int8 and in fp32, over the faces.
        mean_cosine: the same, on average.
        searches: open-set searches in both.
        machine: that it was measured on.
        openvino: version of it.
        numbers_sha256: digest of the numbers that were accepted.
    """

    faces: int
    split: str
    least_cosine: float
    mean_cosine: float
    searches: Searches
    machine: str
    openvino: str
    numbers_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _meets_the_bounds(self) -> Self:
        faults = _faults(self.least_cosine, self.mean_cosine, self.faces)
        one = self.searches
        if not one.low <= one.int8 <= one.high:
            faults.append(
                f"TPIR at FPIR {one.fpir:g} is {one.int8:.4f} in int8, outside the interval in "
                f"fp32, {one.low:.3f} to {one.high:.3f}"
            )
        if faults:
            raise ValueError("; ".join(faults))
        return self


def require_close(fp32: Templates, int8: Templates, *, what: str) -> tuple[float, float]:
    """Return least and mean cosine between templates of the same faces, where int8 is close enough.

    Args:
        fp32: templates of held-back faces.
        int8: of the same faces, in the same order.
        what: is being judged, for the message.

    Raises:
        ArtefactError: when it is not, or there are too few faces to tell.
    """
    cosines = np.einsum("nd,nd->n", fp32.vectors.astype(np.float64), int8.vectors)
    least, mean = (float(cosines.min()), float(cosines.mean())) if len(cosines) else (0.0, 0.0)
    if faults := _faults(least, mean, len(cosines)):
        msg = (
            f"{what}: int8 is not accepted: {'; '.join(faults)}. Measure the ranges again on other "
            "faces, or run it in fp32."
        )
        raise ArtefactError(msg)
    return least, mean


def _faults(least: float, mean: float, faces: int) -> list[str]:
    faults = []
    if faces < FACES:
        faults.append(f"{faces} faces are too few to tell, it takes {FACES:,}")
    # Written so that what is not a number does not pass.
    if not least >= LEAST_COSINE:
        faults.append(f"the least cosine to fp32 is {least:.4f}, below {LEAST_COSINE}")
    if not mean >= LEAST_MEAN_COSINE:
        faults.append(f"the mean cosine to fp32 is {mean:.5f}, below {LEAST_MEAN_COSINE}")
    return faults
