"""A list in the making in words: choices, a row for each image, size, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from widgets.list_draft import DraftImage, faults_of
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.fpir import longest_within
from workbench.governance.image_sources import ImageSource
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission, holders
from workbench.governance.starting import BlockCode
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.rate_words import few_or_many

if TYPE_CHECKING:
    from workbench.bench.list_preparing import Buildable, ListPreparation
    from workbench.bench.list_views import BuildReport, ListView
    from workbench.governance.policies import ThresholdPolicy

__all__ = [
    "LABELS",
    "choices",
    "deployment_word",
    "meter_words",
    "present_words",
    "report_words",
    "row_words",
    "state_of",
]

LABELS: Final[Mapping[str, str]] = {
    "subject": "subject reference",
    "image": "name of the file",
    "category": "category",
    "legal_basis": "legal basis",
    "source": "image source",
    "image_date": "image date",
    "under_18": "under 18",
    "under_18_rationale": "reason for a child",
    "related_to": "linked to whom",
    "relation": "why the link is enough",
    "rationale": "justification",
    "lawfully_held": "lawfully held",
}
"""By field of an entry, what a person reads."""

_OF_DEMONSTRATION: Final = frozenset(
    {Category.DEMONSTRATION, LegalBasis.DEMONSTRATION, ImageSource.DEMONSTRATION_SAMPLE}
)

_OWED: Final = frozenset({BlockCode.UNCHECKED, BlockCode.UNREVIEWED})
"""What is said as owed, with who may do it and how."""


def choices(prepared: ListPreparation) -> dict[str, list[dict[str, str]]]:
    """Return what may be chosen in each closed list: `value`, `words` and `explanation`.

    What the force leaves out is not offered, nor what belongs to a demonstration alone.
    """
    left_out = prepared.limits.left_out
    gone = {*left_out.categories, *left_out.sources, *left_out.legal_bases}

    def offered(members: type[Category | LegalBasis | ImageSource]) -> list[dict[str, str]]:
        return [
            _choice(one, one.explanation)
            for one in members
            if one not in gone and (one in _OF_DEMONSTRATION) is prepared.is_demonstration
        ]

    return {
        "category": offered(Category),
        "legal_basis": offered(LegalBasis),
        "source": offered(ImageSource),
        "related_to": [_choice(one, one.explanation) for one in Category if one.can_be_related_to],
    }


def _choice(one: StrEnum, explanation: str) -> dict[str, str]:
    words = one.value.replace("-", " ")
    return {"value": one.value, "words": words, "explanation": explanation}


def state_of(image: DraftImage, faults: Sequence[object], refused: str | None) -> str:
    """Return how an image stands: `waiting`, `refused`, `incomplete`, `warned` or `ready`."""
    if image.looked is None:
        return "waiting"
    if refused is not None:
        return "refused"
    if faults:
        return "incomplete"
    return "warned" if image.looked.verdict == "warn" else "ready"


def row_words(
    image: DraftImage,
    prepared: ListPreparation,
    *,
    copy: str | None = None,
    torn: bool = False,
    sample: bool = True,
) -> dict[str, Any]:
    """Return what is shown of an image: how it stands, why, and what is filled in.

    Args:
        image: of the list in the making.
        prepared: what the list may be.
        copy: why it counts as a copy, if it does.
        torn: whether the images of its person differ in what must be one.
        sample: whether it is a sample of the demonstration, where that is asked for; another can be
            on no list there, and nothing is asked of it.
    """
    looked = image.looked
    refused = None if looked is None else (looked.refused or copy)
    barred = looked is not None and not sample and looked.sha256 is not None
    if barred:
        refused = "none of the credited sample photographs: a demonstration's list takes no other"
    faults = [(one.field, _said(one.text, missing=one.is_missing)) for one in faults_of(image)]
    if barred:
        faults = []  # nobody is asked to fill in what is of no use
    elif torn:
        faults.append(("category", "the images of one person have one category, and one age"))
    entry_date = None if faults or barred else image.entry().image_date
    age = None if faults or barred else prepared.age_warning(entry_date)
    return {
        "id": image.id,
        "order": image.order,
        "name": image.name,
        "where": image.where,
        "state": state_of(image, faults, refused),
        "verdict": None if looked is None else ("reject" if refused else looked.verdict),
        "barred": barred,
        "refused": None if refused is None else f"{refused[:1].upper()}{refused[1:]}.",
        "reasons": [] if looked is None or refused else list(looked.reasons),
        "age": age,
        "faults": [{"field": name, "label": LABELS.get(name, ""), "text": t} for name, t in faults],
        "values": dict(image.values),
        "outcome": image.outcome,
        "why": image.why,
    }


def _said(text: str, *, missing: bool) -> str:
    return "is missing" if missing else text


def deployment_word(one: Buildable) -> str:
    """Return a deployment in a line: reference, state, place and beginning."""
    place = f", {one.place}" if one.place else ""
    starts = "" if one.starts is None else f", begins {spoken(one.starts)}"
    return f"{one.reference}, {one.state.value}{place}{starts}"


def present_words(prepared: ListPreparation) -> dict[str, Any] | None:
    """Return what is said of the list that there is, which a build replaces."""
    present = prepared.present
    if present is None:
        return None
    return {
        "digest": present.digest,
        "references": present.references,
        "words": (
            f"Deployment {prepared.deployment.reference} has a list of {present.references:,} "
            f"{'image' if present.references == 1 else 'images'}, built by {present.builder} at "
            f"{spoken(present.built)}. Building replaces all of it: who is not handed in here is "
            "no longer on it."
        ),
    }


def meter_words(
    prepared: ListPreparation, states: Mapping[str, int], faces: int | None
) -> dict[str, Any]:
    """Return the size of the list against its limits, and the false alerts to expect.

    Args:
        prepared: what the list may be.
        states: how many images stand how.
        faces: how many the plan expects, if somebody said.
    """
    usable = sum(states.get(one, 0) for one in ("ready", "warned", "incomplete"))
    limits = prepared.limits
    said = [f"The force starts no search with more than {limits.largest_list:,}."]
    if prepared.own_limit is not None:
        said.append(f"This deployment was drafted for {prepared.own_limit:,} at the most.")
    policy = prepared.policy
    largest, within = prepared.largest, None
    if policy is None:
        said.append("It names no threshold policy, so nothing is known of false alerts.")
    else:
        within = _within(prepared, policy)
        said.append(
            f"Policy {policy.id} is for lists of {policy.smallest_list:,} to "
            f"{policy.largest_list:,}; {policy.equity_words}. {_reach(prepared, policy, within)}"
        )
        largest = min(largest, policy.largest_list)
    words: dict[str, Any] = {
        "usable": usable,
        "largest": largest,
        "limits": " ".join(said),
        "states": dict(states),
        "faces": faces,
        "expected": None,
        "rests_on": "",
        "cautions": [one.text for one in prepared.cautions(usable, faces)] if usable else [],
        "warnings": [] if policy is None else _beyond(prepared, policy, within, usable),
    }
    if policy is not None and usable and faces is not None:
        found = prepared.expected(usable, faces)
        if found is not None:
            words["expected"] = found.describe()
            words["rests_on"] = _rests_on(prepared, usable)
    return words


def _reach(prepared: ListPreparation, policy: ThresholdPolicy, within: int | None) -> str:
    """Return how far what was measured of a policy reaches, in sentences."""
    measured, checked = policy.table.list_size, policy.checked_up_to
    of = "single references" if measured == 1 else f"lists of {measured:,}"
    said = f"How often it errs was counted in searches of {of}; for others it is reckoned"
    if checked > measured:
        said += f", which searches of whole lists of up to {checked:,} were made to check"
    beyond = max(checked, measured)
    found = [f"{said}. From {beyond + 1:,} on it is extrapolated, and nothing checked it."]
    if within is not None:
        cap = f"{few_or_many(prepared.limits.false_alert_cap)} faces"
        held = f"for lists of up to {within:,}" if within else "for no list"
        found.append(f"At this threshold the reckoned rate keeps within {cap} {held}.")
    return " ".join(found)


def _beyond(
    prepared: ListPreparation, policy: ThresholdPolicy, within: int | None, usable: int
) -> list[str]:
    """Return what a list of a size is warned of, in sentences."""
    found = []
    if within is not None and usable > within:
        found.append(
            f"{usable:,} is more than the {within:,} up to which the threshold keeps within "
            f"{few_or_many(prepared.limits.false_alert_cap)} faces, as reckoned."
        )
    checked = max(policy.checked_up_to, policy.table.list_size)
    if usable > checked:
        found.append(
            f"No list of more than {checked:,} was searched to check the rate: for {usable:,} it "
            "is extrapolated."
        )
    return found


def _within(prepared: ListPreparation, policy: ThresholdPolicy) -> int | None:
    if prepared.threshold is None:
        return None
    return longest_within(policy, prepared.threshold, prepared.limits.false_alert_cap)


def _rests_on(prepared: ListPreparation, references: int) -> str:
    """Return what a rate rests on: what was searched, what was counted, what was reckoned."""
    from workbench.evaluation.planner_words import check_sentence  # noqa: PLC0415 - opens quickly

    found, policy = prepared.expected(references, 0), prepared.policy
    if found is None or policy is None:
        return ""
    rate, table = found.fpir, policy.table
    of = "single references" if table.list_size == 1 else f"{table.list_size:,} references"
    counted = f"Counted: {rate.count:,} of {rate.searches:,} searches of {of}."
    if not rate.is_measurable:
        counted += (
            f" Fewer than {FEWEST_EXPECTED_ERRORS} were counted, so only the upper end of the "
            "interval says something."
        )
    reckoned = ""
    if rate.extrapolated:
        reckoned = f" {check_sentence(found.plan)}"
    return f"{counted}{reckoned} Measured on: {policy.measured_on}"


def report_words(report: BuildReport, view: ListView, *, draft: bool) -> dict[str, Any]:
    """Return what came of building a list, and what is owed before its search may start.

    Args:
        report: of the bench.
        view: of the list, as it is now.
        draft: whether its deployment is a draft, so that nothing on it is reviewed yet.
    """
    composition = report.composition
    waiting = sum(one.check is None for one in report.enrolled)
    unreviewed = sum(one.review is None for one in report.enrolled)
    owed = []
    if waiting:
        owed.append(
            f"{waiting:,} identity {'check' if waiting == 1 else 'checks'}: "
            f"{_who(Permission.WATCHLIST_CHECK)} other than {view.builder} compares each image "
            f"with the record, and writes what was compared: workbench watchlist check "
            f"{report.reference} ENTRY... --note TEXT."
        )
    if unreviewed:
        first = "; it is a draft, so have it applied for first" if draft else ""
        owed.append(
            f"{unreviewed:,} {'review' if unreviewed == 1 else 'reviews'} for this deployment, by "
            f"{_who(Permission.WATCHLIST_REVIEW)}{first}: workbench watchlist review "
            f"{report.reference}."
        )
    return {
        "reference": report.reference,
        "built": spoken(report.built),
        "builder": view.builder,
        "good_until": spoken(view.good_until),
        "enrolled": len(report.enrolled),
        "subjects": composition.subjects,
        "kept": report.kept,
        "under_18": composition.under_18,
        "categories": [
            f"{share.subjects:,} {one.value.replace('-', ' ')}"
            for one, share in composition.by_category.items()
        ],
        "refused": [
            {
                "name": one.entry.image,
                "subject": one.entry.subject,
                "reasons": " ".join(one.quality.reasons),
            }
            for one in report.refused
        ],
        "owed": owed,
        "blocks": [one.text for one in view.blocks if one.code not in _OWED],
        "cautions": [one.text for one in view.cautions],
        "expected": None if view.expected is None else view.expected.describe(),
    }


def _who(permission: Permission) -> str:
    """Return who holds a permission, as people say it: `an analyst, an operator or a reviewer`."""
    *others, last = (one.phrase for one in holders(permission))
    return f"{', '.join(others)} or {last}" if others else last
