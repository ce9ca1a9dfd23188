"""What each step of the demonstration leaves, as tables for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import polars as pl

from workbench.bench.audit_part import Shown
from workbench.bench.retention import IssuedCertificate
from workbench.demonstration.bench import DemonstrationBench
from workbench.demonstration.cast import ANALYST, PROTECTION, REVIEWER
from workbench.demonstration.outcome import Outcome
from workbench.demonstration.steps import WHY
from workbench.governance.alerts import AlertState
from workbench.governance.deployment_counts import FalseAlertRates, Rate
from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.moments import spoken
from workbench.records.watchlist_entries import EntryQuality
from workbench.reports import clock
from workbench.reports.certificates import lateness

__all__ = [
    "application_table",
    "authority_table",
    "certificate_table",
    "list_table",
    "log_table",
    "pairs_table",
    "record_rows",
    "record_table",
    "verdict_table",
    "verification_table",
]

Pairs = Sequence[tuple[str, str]]

_LOG: Pairs = (
    ("who", "actor"),
    ("in which role", "role"),
    ("did what", "verb"),
    ("result", "result"),
)
_MANY = 1000
_VERDICTS = 2


def pairs_table(pairs: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """Return pairs as a table of two columns, `what` and `is`."""
    return pl.DataFrame(list(pairs), schema={"what": pl.String, "is": pl.String}, orient="row")


def application_table(bench: DemonstrationBench, reference: str) -> pl.DataFrame:
    """Return what was applied for: why, who, where and when; `what, is`."""
    with bench.opened(ANALYST) as analyst:
        view = analyst.deployments.get(reference)
        asked = view.application
        assert asked is not None  # noqa: S101 - it was applied for
        policy = analyst.policies.get(asked.policy)
    place = asked.location
    point = place.coordinates
    area = f"{place.area.square_metres:,.0f} square metres"
    return pairs_table(
        [
            ("reference", reference),
            ("force", asked.force),
            ("applied for by", view.applicant),
            ("purpose", "; ".join(one.text for one in asked.purposes)),
            ("use case", asked.use_case.text),
            ("why they are expected there", asked.presence_grounds),
            ("where", f"{place.name}, {place.town}"),
            ("coordinates", f"{point.latitude:.4f}, {point.longitude:.4f}; {area}"),
            ("feeds", "; ".join(f"{one.name}: {one.place}" for one in asked.feeds)),
            ("from", spoken(asked.starts)),
            ("until", spoken(asked.ends)),
            ("protest or assembly expected", "yes" if asked.assembly else "no"),
            ("necessity", asked.necessity),
            ("proportionality", asked.proportionality),
            ("how the public is told", f"{asked.notice.signs} sign. {asked.notice.signs_where}"),
            ("threshold policy", f"{policy.id} ({policy.equity_brief}): {policy.threshold_reason}"),
            ("lowest threshold", f"{asked.minimum_threshold:.2f} {policy.unit}"),
            ("who decides on an alert", "two people, each on their own"),
            ("state", view.state.value),
        ]
    )


def authority_table(bench: DemonstrationBench, reference: str) -> pl.DataFrame:
    """Return the written authority of a deployment; `what, is`."""
    with bench.opened(ANALYST) as analyst:
        authority = analyst.deployments.get(reference).authority
    assert authority is not None  # noqa: S101 - it was authorised
    return pairs_table(
        [
            ("authorised by", f"{authority.officer}, {authority.officer_rank.spoken}"),
            ("given", spoken(authority.at)),
            ("from", spoken(authority.starts)),
            ("until", spoken(authority.ends)),
            ("necessity", authority.necessity),
            ("proportionality", authority.proportionality),
        ]
    )


def list_table(bench: DemonstrationBench, reference: str) -> pl.DataFrame:
    """Return one row an entry: `reference, photograph, verdict` and who looked at it."""
    with bench.opened(REVIEWER) as reviewer:
        entries = reviewer.watchlists.show(reference, WHY).entries
    return pl.DataFrame(
        {
            "reference": [one.entry.subject for one in entries],
            "photograph": [one.entry.image for one in entries],
            "verdict": [": ".join(_verdict(one.quality)) for one in entries],
            "added by": [one.added_by for one in entries],
            "checked by": [one.check.by if one.check else "nobody" for one in entries],
            "reviewed by": [one.review.by if one.review else "nobody" for one in entries],
        }
    )


def verdict_table(bench: DemonstrationBench, outcome: Outcome) -> pl.DataFrame:
    """Return one row an alert, as a reviewer sees it: both verdicts, state, and what followed.

    `alert, time in feed, first verdict, second verdict, state, engage`; nobody who may still be
    asked for a verdict is shown another's.
    """
    rows = []
    with bench.opened(REVIEWER) as reviewer:
        views = {one.id: one for one in reviewer.alerts.list(outcome.reference, justification=WHY)}
    for number, alert in enumerate(outcome.finding.alerts, 1):
        view = views[alert.id]
        given = _VERDICTS - view.owed
        said = [f"{one.by}: {one.verdict}" for one in view.verdicts]
        said += ["given, not shown yet"] * (given - len(said))
        first, second = (*said, "owed", "owed")[:_VERDICTS]
        engage = "; ".join(f"{one.by}: {one.decision}" for one in view.decisions) or "not decided"
        rows.append((number, clock(alert.time_s), first, second, view.state.value, engage))
    names = ("time in feed", "first verdict", "second verdict", "state", "engage")
    return pl.DataFrame(
        rows, schema={"alert": pl.Int64} | dict.fromkeys(names, pl.String), orient="row"
    )


def record_rows(record: DeploymentRecord) -> Pairs:
    """Return the record of a deployment in short, each count with what it is a count of."""
    counts, listed = record.counts, record.watchlist
    states = [(getattr(counts, state.value.replace("-", "_")), state.value) for state in AlertState]
    by_state = ", ".join(f"{count:,} {state}" for count, state in states if count)
    size = (
        "none was built"
        if listed is None
        else (f"{listed.references:,} photographs of {listed.subjects:,} people")
    )
    gone = "not yet" if listed is None or listed.destroyed is None else spoken(listed.destroyed)
    return [
        ("deployment", f"{record.reference}, {record.state.value}"),
        ("faces seen", "unknown" if counts.faces_seen is None else f"{counts.faces_seen:,}"),
        ("alerts by state", f"{counts.alerts:,} in all{': ' if by_state else ''}{by_state}"),
        ("false alerts of faces seen", _rates(counts.false_of_faces)),
        ("false alerts of alerts", _rates(counts.false_of_alerts)),
        ("officers engaged", f"{counts.engagements:,} times, {counts.stops:,} of them stops"),
        ("watchlist", size),
        ("watchlist destroyed", gone),
    ]


def record_table(bench: DemonstrationBench, reference: str) -> pl.DataFrame:
    """Return what is kept of a deployment for good, in short; `what, is`."""
    with bench.opened(ANALYST) as analyst:
        return pairs_table(record_rows(analyst.deployments.record(reference)))


def certificate_table(issued: IssuedCertificate) -> pl.DataFrame:
    """Return a deletion certificate in short; `what, is`."""
    one, page = issued.certificate, issued.page()
    counted = ", ".join(f"{kind.replace('-', ' ')} {count:,}" for kind, count in one.counts.items())
    return pairs_table(
        [
            ("certificate", one.id),
            ("of", f"the {one.retention.value} of deployment {issued.reference}"),
            ("result", f"{one.result.value}, {lateness(one)}"),
            ("destroyed", counted),
            ("data keys destroyed first", ", ".join(one.keys)),
            ("how", one.method),
            ("left the bench before", "; ".join(left.what for left in one.disclosed) or "nothing"),
            ("SHA-256 of the certificate", one.digest()),
            ("newest entry of the audit log", f"{page.head_seq}, SHA-256 {page.head_hash}"),
        ]
    )


def log_table(bench: DemonstrationBench, reference: str) -> pl.DataFrame:
    """Return what the audit log holds of a deployment, one row for what one actor did.

    `who, in which role, did what, result, times`, in the order in which it was first done.
    """
    asked = Shown(purpose=reference, newest=_MANY)
    with bench.opened(PROTECTION) as protection:
        logged = protection.audit.show(asked, justification=WHY)
    counted = Counter(tuple(str(getattr(one.entry, field)) for _, field in _LOG) for one in logged)
    names = [name for name, _ in _LOG]
    return pl.DataFrame(
        [(*row, times) for row, times in counted.items()],
        schema=dict.fromkeys(names, pl.String) | {"times": pl.Int64},
        orient="row",
    )


def verification_table(bench: DemonstrationBench) -> pl.DataFrame:
    """Check the audit log, and return what was found in words; `what, is`."""
    with bench.opened(PROTECTION) as protection:
        found = protection.audit.verify()
    faults = len(found.faults) + found.unlisted
    last = found.last
    return pairs_table(
        [
            ("entries checked", f"{found.entries:,}"),
            ("result", "whole: nothing edited, taken out or cut off" if found.ok else "NOT WHOLE"),
            ("faults", f"{faults:,}"),
            ("agrees to entry", "none" if last is None else f"{last.seq:,}, SHA-256 {last.hash}"),
            *[("note", note) for note in found.notes],
        ]
    )


def _verdict(quality: EntryQuality) -> list[str]:
    """Return the verdict on an image, and the reasons where there are any."""
    return [str(quality.verdict), *([" ".join(quality.reasons)] if quality.reasons else [])]


def _rates(rates: FalseAlertRates) -> str:
    best, worst = _rate(rates.best), _rate(rates.worst)
    return best if best == worst else f"{best}; with undecided ones {worst}"


def _rate(rate: Rate) -> str:
    if rate.n is None:
        return f"{rate.count:,} of an unknown number"
    if rate.rate is None:
        return f"{rate.count:,} of {rate.n:,}"
    low, high = rate.interval
    return f"{rate.count:,} of {rate.n:,} (95 % interval {low:.0%} to {high:.0%})"
