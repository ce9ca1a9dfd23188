"""The quality verdict of a probe, for whoever decides on an alert; it never keeps one back."""

from __future__ import annotations

from typing import NamedTuple

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, primary_face

__all__ = ["ProbeQuality", "probe_quality"]


class ProbeQuality(NamedTuple):
    """A verdict, `accept`, `warn`, `reject` or `unknown`, and why, in sentences."""

    verdict: str
    reasons: tuple[str, ...] = ()


def probe_quality(analyser: FaceAnalyser, probe: ImageArray) -> ProbeQuality:
    """Judge a probe as it is shown; it is tight, so that the detector may find no face in it.

    Args:
        analyser: measures it.
        probe: shape `(h, w, 3)` uint8 RGB.
    """
    faces = analyser.detect(probe)
    best = primary_face(faces, probe.shape)
    if best is None:
        return ProbeQuality("unknown", ("It could not be measured on so tight a crop.",))
    judgement = analyser.measure(probe, faces[[best]])[1][0]
    return ProbeQuality(str(judgement.verdict), tuple(judgement.reasons))
