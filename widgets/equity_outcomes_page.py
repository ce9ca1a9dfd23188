"""The page of equity: what is known of who errors fall on, what is suppressed, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import dataframely as dy

from widgets.equity_outcomes_groups import group_parts, policy_label
from widgets.equity_outcomes_words import DEFINITIONS, LIMITS, MEANINGS, NO_PUBLISHED
from widgets.managers_page import ManagersPage
from widgets.managers_parts import (
    Part,
    cell,
    column,
    count_words,
    headline,
    headlines,
    section,
    table,
    withheld,
    words,
)
from workbench.outcomes.equity_facts import EquityFacts, PolicyFacts, SchemeCounts
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.snapshot import Snapshot

__all__ = ["EquityOutcomes"]

_Records = dy.DataFrame[OutcomeRecords]

_NO_BENCH: Final = (
    "This snapshot holds published records alone, and none of them says whom false alerts fell on. "
    "Start `workbench dashboard` with a bench, as somebody who may read its outcomes."
)
_SAME: Final = 0.0005
"""How far a threshold may lie from one at which groups were compared, as the policies have it."""


class EquityOutcomes(ManagersPage):
    """What is known by group of each policy in use, and of false alerts in the field."""

    title: ClassVar[str] = "Equity: who errors fall on"
    notebook: ClassVar[str] = "53_equity.ipynb"

    def empty(self, snapshot: Snapshot, records: _Records) -> str | None:  # noqa: ARG002
        """Say what to do where no bench is shown."""
        if snapshot.equity is None and "equity" not in snapshot.withheld:
            return _NO_BENCH
        return None

    def sections(
        self,
        snapshot: Snapshot,
        records: _Records,  # noqa: ARG002 - no published record says anything by group
        choices: Mapping[str, str],  # noqa: ARG002 - there is nothing to choose
    ) -> Sequence[Part]:
        """Return what is known first, then each measurement, the field, limits and terms."""
        if snapshot.equity is None:
            shown = withheld("equity", "What is known by group", snapshot.withheld["equity"])
            return [section("known", "What is known", shown), *_fixed()]
        known = snapshot.equity
        measured = [one for one in known.policies if one.is_measured]
        return [
            section("known", "What is known", *_known(known)),
            *(
                section(f"groups {one.policy}", f"Groups of {policy_label(one)}", *group_parts(one))
                for one in measured
            ),
            section("field", "False alerts by group, as officers wrote it down", *_field(known)),
            *_fixed(),
        ]


def _fixed() -> list[Part]:
    """Return what stands on the page whatever is known."""
    return [
        section(
            "limits",
            "What cannot be said from this, and why",
            *(words(f"limit {at}", why, title=what) for at, (what, why) in enumerate(LIMITS)),
        ),
        section(
            "terms", "Words", words("terms", *(f"{word}: {said}" for word, said in DEFINITIONS))
        ),
    ]


def _known(known: EquityFacts) -> list[Part]:
    parts = [_figures(known)]
    if not known.policies:
        parts.append(
            words(
                "none",
                "No threshold policy is in use: nobody approved one, and no authorised deployment "
                "names one.",
                mark="none",
            )
        )
    return parts + [_policy(one, known) for one in known.policies]


def _figures(known: EquityFacts) -> Part:
    measured = [one for one in known.policies if one.is_measured]
    rates = [rate for one in measured for at in one.at if at.is_the_policys for rate in at.rates]
    suppressed = sum(rate.suppressed is not None for rate in rates)
    few = sum(rate.bound is not None for rate in rates)
    counted = len(known.deployments)
    entered = sum(one.false_alerts_now for one in known.deployments)
    every = entered + known.false_alerts_without_groups
    with_false = counted + known.without_groups
    return headlines(
        "figures",
        headline(
            "Policies in use with equity measured",
            _of(len(measured), len(known.policies)),
            _others(len(measured), len(known.policies)),
            meaning=MEANINGS["policies"],
            mark="rest" if len(measured) == len(known.policies) else "warn",
        ),
        headline(
            "Rates by group that are told",
            _of(len(rates) - suppressed - few, len(rates)) if rates else "none measured",
            f"{count_words(suppressed)} suppressed, {count_words(few)} not measurable here"
            if rates
            else "No policy in use carries a comparison of groups.",
            meaning=MEANINGS["rates"],
        ),
        headline(
            "Deployments with false alerts counted by group",
            _of(counted, with_false) if with_false else "no false alerts",
            f"They had {count_words(entered)} of {count_words(every)} false alerts."
            if with_false
            else "There was nothing to count.",
            meaning=MEANINGS["field"],
        ),
        headline(
            "Is equity a condition here?",
            "yes" if known.asked_for else "no",
            _rule(known),
            meaning=MEANINGS["rule"],
        ),
    )


def _others(measured: int, every: int) -> str:
    if not every:
        return "No policy is in use."
    if not measured:
        return "Of none of them is it known whom its errors fall on."
    if measured == every:
        return "What each leaves open stands below."
    return "Of the others nobody knows whom their errors fall on."


def _rule(known: EquityFacts) -> str:
    if known.is_demonstration:
        return "A demonstration takes any policy, whatever its rules say."
    if known.asked_for:
        return "A policy without it is neither approved nor searched under."
    return "The rules let a policy be used whose errors were not compared by group."


def _policy(one: PolicyFacts, known: EquityFacts) -> Part:
    """Return what is known of a policy: one sentence, how it is used, and what that leaves open."""
    said = [f"{one.sentence[:1].upper()}{one.sentence[1:]}.", _use(one)]
    if one.is_measured and one.gaps:
        said.append(f"It does not cover all that deployments may do: {'; '.join(one.gaps)}.")
    if one.gaps and known.asked_for and not known.is_demonstration:
        said.append("The rules ask for it: no search starts under this policy.")
    elsewhere = [
        f"{threshold:g}"
        for threshold in one.searched_at
        if one.is_measured and all(abs(threshold - at.threshold) > _SAME for at in one.at)
    ]
    if elsewhere:
        said.append(
            f"Deployments searched at T = {', '.join(elsewhere)} too, where groups were not "
            "compared."
        )
    found = sum(at.differences for at in one.at)
    if one.is_measured and found:
        said.append(
            f"A difference between groups was found, {_times(found)} in all: weigh it before the "
            "policy is used."
        )
    whole = one.is_measured and not one.gaps and not elsewhere and not found
    # Nothing here is marked as good: that no difference was found is no proof of there being none.
    mark = "rest" if whole else "warn"
    return words(f"policy {one.policy}", *said, title=policy_label(one), mark=mark)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _use(one: PolicyFacts) -> str:
    whose = "A default of the product" if one.is_default else "Issued by the force"
    approved = "approved by nobody" if one.approved is None else f"approved {one.approved:%Y-%m-%d}"
    if not one.deployments:
        return f"{whose}, {approved}. No deployment was searched under it yet."
    many = "1 deployment was" if one.deployments == 1 else f"{one.deployments:,} deployments were"
    at = ", ".join(f"{threshold:g}" for threshold in one.searched_at)
    return f"{whose}, {approved}. {many} searched under it, at T = {at} ({one.unit})."


_WAITS: Final = (
    "Sums by group move once a month: counts are taken in at the end of a month in which two "
    "deployments or more of a scheme were counted for the first time, so that no two sums differ "
    "by one deployment. Until then they wait, and what was entered stands below."
)


def _field(known: EquityFacts) -> list[Part]:
    rate = (
        "No rate by group can be made of these: how many faces of each group passed is not known. "
        "They are counts that officers wrote down in the street."
    )
    parts = [words("no rate", rate, mark="none")]
    if known.without_groups:
        many = known.without_groups
        had = "1 deployment" if many == 1 else f"{many:,} deployments"
        count = known.false_alerts_without_groups
        alerts = "1 false alert" if count == 1 else f"{count:,} false alerts"
        parts.append(words("left", f"{had} with {alerts}: nobody wrote down a group.", mark="warn"))
    parts += [_scheme(at, one) for at, one in enumerate(known.schemes)]
    if known.deployments:
        parts += [words("waits", _WAITS, mark="none"), _deployments(known)]
    else:
        parts.append(
            words(
                "nothing",
                "No deployment has counts by group. An officer who spoke to somebody enters them: "
                "workbench deployment note REFERENCE field-counts FILE.",
                mark="none",
            )
        )
    return [*parts, words("published", NO_PUBLISHED)]


def _scheme(at: int, one: SchemeCounts) -> Part:
    of = "1 deployment" if one.deployments == 1 else f"{one.deployments:,} deployments"
    rows: list[list[object]] = [
        [
            "no group written down" if group.group is None else group.group,
            cell(group.count, group.suppressed or count_words(group.count)),
        ]
        for group in one.groups
    ]
    return table(
        f"scheme {at}",
        f"Scheme “{one.scheme}”",
        [column("group", "Group"), column("false_alerts", "False alerts", "number")],
        rows,
        note=f"{count_words(one.false_alerts)} false alerts of {of}, together. Sums of fewer than "
        "5 are suppressed, and so is what would give them away.",
        search=False,
    )


def _deployments(known: EquityFacts) -> Part:
    columns = [
        column("deployment", "Deployment"),
        column("scheme", "Scheme", choose=True),
        column(
            "false_alerts",
            "False alerts when counted",
            "number",
            meaning="How many there were when an officer entered the groups.",
        ),
        column("now", "False alerts now", "number"),
        column("entered", "Entered", "time"),
    ]
    rows: list[list[object]] = [
        [one.reference, one.scheme, one.false_alerts, _now(one.false_alerts_now, one.false_alerts),
         one.entered]
        for one in known.deployments
    ]  # fmt: skip
    return table(
        "deployments",
        "Deployments that were counted by group",
        columns,
        rows,
        note="Counts by group are shown in the sums above, and not of one deployment among others.",
    )


def _now(now: int, then: int) -> Part:
    changed = "" if now == then else ", changed since"
    return cell(now, f"{now:,}{changed}", mark="warn" if changed else None)


def _of(count: int, of: int) -> str:
    return f"{count_words(count)} of {count_words(of)}"
