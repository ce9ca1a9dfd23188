"""What a live search is about to score with, held against what its policy was measured on."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.rules import Rules
from workbench.errors import EncoderMismatchError, PolicyError
from workbench.governance.policies import (
    ThresholdPolicy,
    require_approved,
    require_equity,
    require_fits,
)
from workbench.governance.session_setup import SessionSetup
from workbench.governance.setups import Fusion, Matcher, MeasuredEncoder, RuntimeClass, Setup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.bench.live_checks import StartPlan
    from workbench.faces.templates import EncoderIdentity
    from workbench.matching.calibration import Calibration
    from workbench.matching.matcher import Matcher as ListMatcher

__all__ = [
    "chosen_threshold",
    "require_policy",
    "require_same_encoders",
    "session_setup",
    "setup_of",
]

_LIBRARIES: Final = ("lfr-workbench", "torch", "facenet-pytorch", "opencv-python", "onnxruntime")


def setup_of(matcher: ListMatcher, calibration: Calibration) -> Setup:
    """Return what scores will be made with, as far as it decides what they mean.

    Args:
        matcher: over the templates of the watchlist.
        calibration: what fuses scores.
    """
    fusion = None
    if matcher.name == "fused" and calibration.fusion is not None:
        fusion = Fusion(
            calibration=calibration.id,
            intercept=calibration.fusion.intercept,
            weights=dict(calibration.fusion.weights),
        )
    return Setup(
        matcher=Matcher(matcher.name),
        encoders=tuple(
            MeasuredEncoder(
                name=identity.name,
                artefact=identity.artefact,
                sha256=identity.sha256,
                alignment=identity.alignment,
                dimension=identity.dimension,
            )
            for _, identity in sorted(matcher.identities.items())
        ),
        fusion=fusion,
        runtime=RuntimeClass.FP32,
    )


def chosen_threshold(policy: ThresholdPolicy, minimum: float, asked: float | None) -> float:
    """Return the threshold of a search.

    Args:
        policy: of the deployment.
        minimum: that the deployment was authorised with.
        asked: for by whoever starts it; the policy's own, or the minimum where that is higher,
            when `None`.

    Raises:
        PolicyError: when it lies below what was authorised.
    """
    if asked is None:
        return max(policy.threshold, minimum)
    # Written so that what is not a number does not pass.
    if not asked >= minimum:
        msg = (
            f"threshold {asked:g} is asked for, and the deployment was authorised with at least "
            f"{minimum:g} {policy.unit}. Keep to that or above."
        )
        raise PolicyError(msg)
    return asked


def require_policy(
    context: Context,
    rules: Rules,
    policy: ThresholdPolicy,
    setup: Setup,
    *,
    references: int,
    threshold: float,
) -> None:
    """Let a search pass whose scores mean what its policy says, approved as the rules ask.

    Raises:
        PolicyError: says what does not fit.
    """
    if not context.is_demonstration:
        if rules.needs_approved_policy:
            require_approved(policy)
        if rules.needs_equity:
            require_equity(policy)
    require_fits(policy, setup, list_size=references, threshold=threshold)


def require_same_encoders(
    listed: Mapping[str, EncoderIdentity], loaded: Mapping[str, EncoderIdentity], reference: str
) -> None:
    """Let a search pass whose probes are encoded by what encoded the list.

    Args:
        listed: what made the templates that are compared, by name.
        loaded: what the analyser holds.
        reference: of the deployment, for messages.

    Raises:
        EncoderMismatchError: when one is missing or another.
    """
    for name, identity in listed.items():
        other = loaded.get(name)
        if other is None:
            msg = (
                f"the watchlist of deployment {reference} needs encoder {identity.describe()}, "
                f"and there are only {', '.join(loaded) or 'none'}. Load that encoder too."
            )
            raise EncoderMismatchError(msg)
        other.require_same(identity, f"references of the watchlist of deployment {reference}")


def session_setup(
    plan: StartPlan, detector: str, smallest_face_px: float | None = None
) -> SessionSetup:
    """Return what is written down of what a search searches with.

    Args:
        plan: what it may do.
        detector: name of what finds faces.
        smallest_face_px: narrowest face that it is set to find, where that is known.
    """
    matcher = plan.matcher
    fused_by = matcher.calibration if matcher.name == "fused" else None
    return SessionSetup.read(
        {
            "matcher": matcher.name,
            "unit": matcher.unit,
            "references": len(plan.watchlist),
            "subjects": len(plan.watchlist.subjects),
            "watchlist_sha256": plan.listed.digest,
            "detector": detector,
            "encoders": [one.describe() for one in matcher.identities.values()],
            "calibration": None if fused_by is None else fused_by.id,
            "zone": None if plan.zone is None else plan.zone.points,
            "runtime": RuntimeClass.FP32.value,
            "smallest_face_px": smallest_face_px,
            "versions": _versions(),
        },
        what=f"the live search of feed {plan.feed.name}",
    )


def _versions() -> dict[str, str]:
    """Return the versions of what scores depend on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found
