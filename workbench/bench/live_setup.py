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
    require_fits,
)
from workbench.governance.policy_equity_rules import require_equity
from workbench.governance.session_setup import SessionSetup
from workbench.governance.setups import (
    Fusion,
    Matcher,
    MeasuredEncoder,
    RuntimeClass,
    Setup,
    misfits,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.bench.live_checks import StartPlan
    from workbench.faces.analysis import FaceAnalyser
    from workbench.faces.templates import EncoderIdentity
    from workbench.matching.calibration import Calibration
    from workbench.matching.matcher import Matcher as ListMatcher

__all__ = [
    "chosen_threshold",
    "planned_runtime",
    "require_policy",
    "require_same_encoders",
    "require_same_numbers",
    "session_setup",
    "setup_of",
]

_LIBRARIES: Final = (
    "lfr-workbench",
    "torch",
    "facenet-pytorch",
    "opencv-python",
    "onnxruntime",
    "openvino",
)


def setup_of(matcher: ListMatcher, calibration: Calibration, runtime: RuntimeClass) -> Setup:
    """Return what scores will be made with, as far as it decides what they mean.

    Args:
        matcher: over the templates of the watchlist.
        calibration: what fuses scores.
        runtime: in which numbers the faces of the feed will be encoded.
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
        runtime=runtime,
    )


def planned_runtime(asked: str, policy: ThresholdPolicy) -> RuntimeClass:
    """Return in which numbers the encoders of a search will run.

    Args:
        asked: runtime of the settings; `auto` follows the policy.
        policy: of the deployment.
    """
    from workbench.faces.runtimes.network import Runtime  # noqa: PLC0415 - opens quickly

    if asked == "auto":
        return policy.setup.runtime
    return RuntimeClass(Runtime(asked).numbers)


def require_same_numbers(policy: ThresholdPolicy, analyser: FaceAnalyser) -> None:
    """Let a search pass whose encoders run in the numbers that its policy was measured in.

    In int8 that is each encoder that has an accepted int8 form.

    Raises:
        PolicyError: when they do not.
    """
    from workbench.faces.runtimes.int8_numbers import find_int8  # noqa: PLC0415 - opens quickly

    measured, used = policy.setup.runtime, RuntimeClass(analyser.numbers)
    faults = misfits(policy.setup, policy.setup.model_copy(update={"runtime": used}))
    if measured is used is RuntimeClass.INT8:
        faults = [
            f"it was measured with encoder {name} in int8, which runs in fp32: set runtime to auto"
            for name, encoder in analyser.encoders.items()
            if encoder.runtime.numbers == "fp32" and find_int8(name, encoder.identity.sha256)
        ]
    if faults:
        msg = f"policy {policy.id} does not fit this search: {'; '.join(faults)}."
        raise PolicyError(msg)


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


def session_setup(plan: StartPlan, analyser: FaceAnalyser, size: tuple[int, int]) -> SessionSetup:
    """Return what is written down of what a search searches with.

    Args:
        plan: what it may do.
        analyser: what finds and encodes faces.
        size: width and height of the feed, px.
    """
    from workbench.faces.detection import looking  # noqa: PLC0415 - loads OpenCV
    from workbench.live.sharing import SharedDetector  # noqa: PLC0415

    detector = analyser.detector
    closely = looking(detector.shared if isinstance(detector, SharedDetector) else detector, size)
    matcher = plan.matcher
    fused_by = matcher.calibration if matcher.name == "fused" else None
    return SessionSetup.read(
        {
            "matcher": matcher.name,
            "unit": matcher.unit,
            "references": len(plan.watchlist),
            "subjects": len(plan.watchlist.subjects),
            "watchlist_sha256": plan.listed.digest,
            "detector": analyser.detector.name,
            "smallest_face_px": None if closely is None else closely.smallest_face_px,
            "detector_input_px": None if closely is None else closely.input_px,
            "runtimes": {name: one.runtime.value for name, one in analyser.encoders.items()},
            "numbers": analyser.numbers,
            "encoders": [one.describe() for one in matcher.identities.values()],
            "calibration": None if fused_by is None else fused_by.id,
            "zone": None if plan.zone is None else plan.zone.points,
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
            found[name] = "none"
    return found
