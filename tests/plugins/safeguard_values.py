"""Deployments whose safeguards were kept, missed and are still to come, and what that comes to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from alert_values import plant_alert
from bench_steps import REFERENCE
from bench_values import ENDS, STARTS, application_values
from kept_values import go_live
from planted import listed, plant_list

from workbench.errors import NotPermittedError
from workbench.governance.holds import HoldGround

__all__ = [
    "HELD",
    "LATE",
    "REASON",
    "TO_COME",
    "WORDS_OF_PEOPLE",
    "decided",
    "ended_in_four_ways",
    "held",
    "refused_thrice",
]

Maker = Any

LATE = "2026-11/LATE-1"
HELD = "2026-11/HELD-1"
TO_COME = "2026-11/TO-COME-1"
REASON = "Complaint 12/26 of Zebedee Quill."
WORDS_OF_PEOPLE = (
    *("Zebedee", "Quill", "subject-1", "SUBJECT-Z", "alert-", "entry-", "hold-", "certificate-"),
    *("erasure-", "session-", "key-", "object-", "I have read", "same scar", "officer-2"),
    *("operator-2", "Nobody may know", "compared with"),
)
"""What no snapshot may hold: people, ids, and words that somebody wrote."""


def held(maker: Maker, reference: str | None = None, *, alerts: tuple[str, ...] = ()) -> str:
    """Place a hold, reviewed within ten days; returns its id."""
    with maker.open("data-protection-officer") as officer:
        hold = officer.holds.place(
            reference,
            alerts=alerts,
            ground=HoldGround.COMPLAINT,
            reason=REASON,
            review_by=maker.clock() + timedelta(days=10),
        )
    return str(hold.id)


def ended_in_four_ways(maker: Maker, authorised: Callable[..., str]) -> None:
    """Have four lists on the morning of the third day: gone in time, gone late, held, and due.

    The list that is late was due at 16:00 of the second day; it is 09:00 of the third when
    somebody opens the bench again.
    """
    for reference in (REFERENCE, LATE, HELD):
        authorised(reference=reference)
    with maker.open("analyst") as analyst:
        go_live(analyst, REFERENCE)
        for reference in (REFERENCE, LATE, HELD):
            plant_list(analyst, reference, listed("SUBJECT-Z"), listed("SUBJECT-Y"))
        analyst.deployments.close(REFERENCE)
        analyst.watchlists.purge(REFERENCE)
    held(maker, HELD)
    maker.clock.turn(days=2)
    later = timedelta(days=2)
    authorised(
        reference=TO_COME,
        **moved_by(later),
    )
    with maker.open("analyst") as analyst:
        ids = plant_list(analyst, TO_COME, listed("SUBJECT-Z"), listed("SUBJECT-Y"), reviewed=False)
    with maker.open("reviewer") as reviewer:
        reviewer.watchlists.check(TO_COME, ids[:1], "The face was compared with the record.")
        reviewer.watchlists.review(TO_COME, ids)


def moved_by(step: timedelta) -> dict[str, Any]:
    """Return the changes of an application whose times are moved."""
    values = application_values()
    return {
        "starts": (STARTS + step).isoformat(),
        "ends": (ENDS + step).isoformat(),
        "notice": values["notice"],
    }


def decided(maker: Maker, reference: str = REFERENCE, *, by: str = "analyst") -> list[str]:
    """Have alerts decided: three alike, one not, one by a third as well, one by one of two.

    Args:
        maker: of the bench.
        reference: of a live deployment.
        by: who plants them; `as_owner` in a team's store.

    Returns:
        Their ids; the last is open.
    """
    with maker.as_owner() if by == "as_owner" else maker.open(by) as planting:
        ids = [plant_alert(planting, reference).id for _ in range(7)]
    true, false, left = "true-confirmed", "false-confirmed", "true-unconfirmed"
    said = {
        "operator": (true, false, true, true, false, "unresolved"),
        "operator-2": (true, false, true, false, true),
        "engagement-officer": (None, None, None, None, left),
    }
    for account, verdicts in said.items():
        with maker.open(account) as bench:
            for alert, verdict in zip(ids, verdicts, strict=False):
                if verdict is not None:
                    bench.alerts.adjudicate(alert, verdict, "It is the same scar.")
    return ids


def refused_thrice(maker: Maker) -> None:
    """Have a manager ask for accounts twice, and an analyst for the log once."""
    for account in ("manager", "manager", "analyst"):
        with maker.open(account) as bench, suppress(NotPermittedError):
            if account == "manager":
                bench.users.list()
            else:
                bench.audit.show(justification="Nobody may know.")
