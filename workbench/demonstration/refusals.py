"""What the rules refuse, tried for real at each stage of the demonstration, in their own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

import polars as pl

from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.demonstration.bench import DemonstrationBench
from workbench.demonstration.cast import ANALYST, ENGAGING, MANAGER, OPERATOR
from workbench.demonstration.deciding import SCRIPTED
from workbench.demonstration.outcome import Outcome
from workbench.demonstration.paperwork import FEED, entry
from workbench.demonstration.portraits import people
from workbench.demonstration.sample import Sample
from workbench.demonstration.scene import Scene
from workbench.demonstration.steps import WHY
from workbench.demonstration.thresholds import policy_for
from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.alerts import AlertState
from workbench.governance.entries import WatchlistEntry

__all__ = [
    "Attempt",
    "after_the_end",
    "before_the_authority",
    "before_the_review",
    "before_the_search",
    "refused",
    "while_deciding",
]

_COLUMNS: Final = ("who", "tried to", "refused because")
_BELOW: Final = 0.1


class Attempt(NamedTuple):
    """Something that must not be possible.

    Attributes:
        account: who tries it.
        what: in words, as it follows "tried to".
        call: does it.
    """

    account: str
    what: str
    call: Callable[[Workbench], object]


def refused(bench: DemonstrationBench, attempts: Sequence[Attempt]) -> pl.DataFrame:
    """Try each, and return a row each: `who, tried to, refused because`.

    Raises:
        AssertionError: when one of them is possible; that is a fault of the workbench.
    """
    rows = []
    for one in attempts:
        with bench.opened(one.account) as workbench:
            try:
                one.call(workbench)
            except (RefusedError, UnknownRecordError) as error:
                rows.append((one.account, one.what, str(error)))
            else:
                msg = f"{one.account} could {one.what}, which a rule forbids"
                raise AssertionError(msg)
    return pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")


def before_the_authority(
    bench: DemonstrationBench, sample: Sample, scene: Scene, reference: str
) -> pl.DataFrame:
    """Try what needs an authority, another person, or another bench."""
    listed = next(person for person in people() if person.enrolled is not None)
    assert listed.enrolled is not None  # noqa: S101 - for the type checker
    name = listed.enrolled.artefact.name
    someone = EntryImage(_wanted(), sample.files[name])
    unknown = EntryImage(entry(listed), sample.photographs[name][:, ::-1])
    return refused(
        bench,
        [
            Attempt(OPERATOR, "search without an authority", _search(sample, scene, reference)),
            Attempt(
                ANALYST,
                "authorise what they applied for themselves",
                lambda one: one.deployments.authorise(
                    reference, necessity="None.", proportionality="None."
                ),
            ),
            Attempt(
                ANALYST,
                "put a wanted person on a list of the demonstration",
                lambda one: one.watchlists.build(reference, [someone], sample.analyser),
            ),
            Attempt(
                ANALYST,
                "enrol a picture that is none of the samples",
                lambda one: one.watchlists.build(reference, [unknown], sample.analyser),
            ),
            Attempt(
                MANAGER,
                "look at alerts",
                lambda one: one.alerts.list(reference, justification=WHY),
            ),
        ],
    )


def before_the_review(
    bench: DemonstrationBench, sample: Sample, scene: Scene, reference: str
) -> pl.DataFrame:
    """Try to search with a list that nobody checked or reviewed, and to check one's own."""
    with bench.opened(ANALYST) as analyst:
        ids = analyst.watchlists.show(reference, WHY).ids()
    return refused(
        bench,
        [
            Attempt(
                OPERATOR,
                "search with a list that nobody reviewed",
                _search(sample, scene, reference),
            ),
            Attempt(
                ANALYST,
                "check images that they enrolled themselves",
                lambda one: one.watchlists.check(reference, ids, "I know what I enrolled."),
            ),
        ],
    )


def before_the_search(
    bench: DemonstrationBench, sample: Sample, scene: Scene, reference: str
) -> pl.DataFrame:
    """Try to search more than was authorised: below the least threshold, and another feed."""
    below = policy_for(sample.settings.encoder).minimum_threshold - _BELOW
    return refused(
        bench,
        [
            Attempt(
                OPERATOR,
                "search with a lower threshold",
                _search(sample, scene, reference, threshold=below),
            ),
            Attempt(
                OPERATOR,
                "search another camera",
                _search(sample, scene, reference, feed="another-camera"),
            ),
        ],
    )


def while_deciding(bench: DemonstrationBench, outcome: Outcome) -> pl.DataFrame:
    """Try to decide an alert alone, after the first verdict; empty where there is no alert."""
    alerts = [alert.id for alert in outcome.finding.alerts[:1]]
    return refused(
        bench,
        [
            attempt
            for alert in alerts
            for attempt in (
                Attempt(
                    OPERATOR,
                    "give the second verdict as well",
                    partial(_verdict, alert=alert),
                ),
                Attempt(
                    ENGAGING,
                    "have officers engage before the second verdict",
                    partial(_engage, alert=alert),
                ),
            )
        ],
    )


def after_the_end(
    bench: DemonstrationBench, sample: Sample, scene: Scene, reference: str
) -> pl.DataFrame:
    """Try to go on once the deployment has ended and its list is destroyed."""
    return refused(
        bench,
        [
            Attempt(OPERATOR, "search on", _search(sample, scene, reference)),
            Attempt(
                OPERATOR,
                "look at the list",
                lambda one: one.watchlists.show(reference, WHY),
            ),
        ],
    )


def _search(
    sample: Sample,
    scene: Scene,
    reference: str,
    *,
    feed: str = FEED,
    threshold: float | None = None,
) -> Callable[[Workbench], object]:
    def start(workbench: Workbench) -> None:
        workbench.live.start(
            reference,
            scene.video,
            feed_name=feed,
            threshold=threshold,
            analyser=sample.searching,
        ).close()

    return start


def _verdict(workbench: Workbench, alert: str) -> object:
    return workbench.alerts.adjudicate(alert, AlertState.TRUE_CONFIRMED, SCRIPTED)


def _engage(workbench: Workbench, alert: str) -> object:
    return workbench.alerts.engage(alert, "engage", SCRIPTED)


def _wanted() -> WatchlistEntry:
    """Return an entry such as one for operation has; nobody is of that reference."""
    return WatchlistEntry.read(
        {
            "subject": "NOBODY-1",
            "image": "nobody.jpg",
            "category": "wanted-by-courts",
            "legal_basis": "administration-of-justice",
            "source": "custody",
            "rationale": "Demonstration: tried in order to be refused.",
            "lawfully_held": True,
        },
        what="an entry for operation",
    )
