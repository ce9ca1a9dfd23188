"""The extract of the log by section 62 for a period: what was done when, and nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.records.audit.verbs import LAWFUL_PROCESSING, Verb
from workbench.reports.publication_figures import PublishedFigure, base_words
from workbench.reports.publication_tables import PublishedTable

__all__ = ["LogPage", "LoggedAct", "log_page"]


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """One act of processing, as it may be published.

    Attributes:
        seq: place of its entry in the log.
        utc: date and time.
        verb: collect, alter, consult, disclose, combine or erase.
        role: in which role it was done.
        purpose: reference of a deployment that was authorised, that it never was, a case by its
            number in this extract, or what kind it else is.
        objects: kinds of records with how many of each.
        result: how it ended.
    """

    seq: int
    utc: datetime
    verb: Verb
    role: str
    purpose: str
    objects: Mapping[str, int]
    result: str

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "seq": self.seq,
            "utc": self.utc.isoformat(),
            "verb": self.verb.value,
            "role": self.role,
            "purpose": self.purpose,
            "objects": dict(self.objects),
            "result": self.result,
        }


@dataclass(frozen=True, slots=True)
class LogPage:
    """What the extract shows.

    Attributes:
        entries: how many the whole log has.
        faults: how many were found in it.
        checks: what the check said besides.
        counts: acts by kind.
        acts: every one.
    """

    entries: int
    faults: int
    checks: tuple[str, ...]
    counts: tuple[PublishedFigure, ...]
    acts: PublishedTable


def log_page(
    acts: Sequence[LoggedAct], *, entries: int, faults: int, checks: tuple[str, ...] = ()
) -> LogPage:
    """Return what the extract shows.

    Args:
        acts: of the period, in order.
        entries: of the whole log.
        faults: that the check of the whole log found.
        checks: what it said besides.
    """
    kinds = Counter(act.verb for act in acts)
    total = len(acts)
    counts = tuple(
        PublishedFigure(verb.value, verb.value.capitalize(), kinds[verb], f"{kinds[verb]:,}",
                        total, base_words(total, "acts of the period"))
        for verb in Verb
        if verb in LAWFUL_PROCESSING
    )  # fmt: skip
    table = PublishedTable(
        name="acts",
        caption="Each is an entry of the log, with the kinds and numbers of the records concerned.",
        headings=("Entry", "Time (UTC)", "Act", "Role", "For", "Records", "Ended"),
        rows=tuple(
            (
                f"{act.seq:,}",
                f"{act.utc:%Y-%m-%d %H:%M:%S}",
                act.verb.value,
                act.role,
                act.purpose,
                ", ".join(f"{kind} {count:,}" for kind, count in act.objects.items()) or "none",
                act.result,
            )
            for act in acts
        ),
        empty="No act of these kinds is in the log of the period.",
    )
    return LogPage(entries, faults, checks, counts, table)
