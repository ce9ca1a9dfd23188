"""What `workbench policy` tells people: what is decided on, and what comes of it in the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.governance.field_finding import FieldMonitor
    from workbench.governance.policies import ThresholdPolicy

__all__ = ["decided_pairs", "monitored_pairs"]


def decided_pairs(policy: ThresholdPolicy) -> list[tuple[str, object]]:
    """Return what whoever issues or approves a policy answers for: its rates, and on what."""
    from workbench.governance.score_meaning import meaning_under  # noqa: PLC0415 - quick `--help`

    sizes = dict.fromkeys((policy.smallest_list, policy.largest_list))
    lower = policy.minimum_threshold < policy.threshold
    return [
        ("policy", policy.id),
        ("matcher", f"{policy.matcher.value} {policy.setup.runtime.value}"),
        ("threshold", f"{policy.threshold:g} {policy.unit}: {policy.threshold_reason}"),
        ("minimum", f"{policy.minimum_threshold:g} {policy.unit}" if lower else None),
        *(
            (f"list of {size:,}", meaning_under(policy, policy.threshold, size).text)
            for size in sizes
        ),
        *policy.evidence_words,
        ("measured on", policy.measured_on),
        ("equity", policy.equity_words),
        ("owner", policy.owner),
        ("approval", policy.approval),
    ]


def monitored_pairs(found: FieldMonitor, equity: str) -> list[tuple[str, object]]:
    """Return how a policy does in the field.

    Args:
        found: by the bench.
        equity: what stands beside it wherever it is shown.
    """
    from workbench.governance.field_cusum import cusum_words  # noqa: PLC0415 - quick `--help`
    from workbench.governance.field_words import otherwise_words  # noqa: PLC0415
    from workbench.rate_words import few_or_many  # noqa: PLC0415

    unknown, faces = found.faces_unknown, found.rate.n
    apart = otherwise_words(found.counted_otherwise, found.false_otherwise)
    return [
        ("policy", f"{found.policy} ({equity})"),
        ("state", found.state.words),
        *(("because", reason) for reason in found.reasons),
        ("deployments", found.deployments + found.counted_otherwise),
        ("  faces counted by", found.counted_by),
        ("  counted otherwise", next(iter(apart), None)),
        ("  not ended", f"{found.running:,}" if found.running else None),
        ("  faces not all known", f"{unknown:,}" if unknown else None),
        ("false alerts", found.rate_text),
        ("  or undecided", f"{found.worst.count:,}"),
        ("limit", few_or_many(found.cap)),
        (
            "expected as measured",
            f"{found.expected:,.1f} false alerts in so many faces" if faces else None,
        ),
        ("CUSUM", cusum_words(found.cusum, found.signalled) if faces else None),
    ]
