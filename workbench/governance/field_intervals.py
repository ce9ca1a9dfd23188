"""An interval of a rate whose errors come in deployments: those of one day are no strangers."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.intervals import Interval, clustered_interval

__all__ = ["by_deployment"]


def by_deployment(errors: Sequence[int], faces: Sequence[int]) -> Interval:
    """Return the 95 % interval of errors a face, with deployments as what was drawn.

    It is `workbench.intervals.clustered_interval`, the same as `evaluation.field_interval` tells.
    Of fewer than three deployments, or of none with an error, nothing can be said so: 0 to 1,
    beside which the exact interval is told, as if each face stood alone.

    Args:
        errors: by deployment.
        faces: by deployment, in the same order.
    """
    return clustered_interval(errors, faces) or Interval(0.0, 1.0)
