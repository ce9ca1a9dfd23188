"""`workbench review`: what examiners conclude on a search of a case, each blind to the others."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from rich.text import Text

from workbench.cli.candidates import plain_candidates, show_finding
from workbench.cli.console import example, say_json, stdout
from workbench.cli.documents import read_document
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification, Reason, named
from workbench.cli.tables import show_pairs
from workbench.errors import UsageError
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.review_words import outcome_words
from workbench.governance.reviews import SCORES_SEEN, ReviewState

if TYPE_CHECKING:
    from workbench.bench.reviews import ReviewView
    from workbench.governance.reviews import Examination

__all__ = ["app"]

app = typer.Typer(
    name="review",
    help="What examiners conclude on a search of a case: two at least, each blind to the other.",
    epilog=example('workbench review show search-4a1f -j "my turn to examine it"'),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class ConclusionChoice(StrEnum):
    """What an examiner may conclude; nothing of it is an identity."""

    STRONG_SUPPORT_SAME = "strong-support-same"
    SUPPORT_SAME = "support-same"
    LIMITED_SUPPORT_SAME = "limited-support-same"
    INCONCLUSIVE = "inconclusive"
    LIMITED_SUPPORT_DIFFERENT = "limited-support-different"
    SUPPORT_DIFFERENT = "support-different"
    STRONG_SUPPORT_DIFFERENT = "strong-support-different"
    NO_CANDIDATE = "no-candidate"
    UNSUITABLE = "unsuitable"


_Search: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="SEARCH", help="Id of the search, or the beginning or end of it."),
]


@app.command(
    epilog=example(
        'workbench review show search-4a1f -j "my turn to examine it"',
        'workbench review show search-4a1f -j "reading what was concluded" --scores',
    )
)
def show(
    search: _Search,
    *,
    justification: Justification,
    scores: Annotated[
        bool,
        typer.Option(
            "--scores",
            help="Show scores and what they mean, too. An examiner had better compare first.",
        ),
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show whom a search put forward, how far it is, and what one may see of what others said.

    What others concluded is shown once one's own conclusion is saved, or the search is concluded.
    """
    with opened(bench) as workbench:
        whole = workbench.whole_id("search", search)
        found = workbench.searches.get(whole, justification=justification, scores=scores)
        review = workbench.reviews.get(whole, justification=justification)
    if as_json:
        candidates = plain_candidates(found, scores=scores)
        say_json({**found.view.plain(), "candidates": candidates, "review": review.plain()})
        return
    show_finding(found, scores=scores)
    _show(review)


@app.command(
    epilog=example(
        "workbench review examine search-4a1f --conclusion limited-support-same "
        "--candidate candidate-3 --mark 'nose=similar:same breadth at the base' "
        "--mark ears=not-visible --reason 'nose and mouth agree as far as they are seen'",
        "workbench review examine search-4a1f --conclusion no-candidate "
        "--reason 'the ears differ in each of them'",
    )
)
def examine(
    search: _Search,
    *,
    conclusion: Annotated[
        ConclusionChoice, typer.Option("--conclusion", help="What the images say, as one sees it.")
    ],
    reason: Reason,
    candidate: Annotated[
        str | None,
        typer.Option(
            "--candidate",
            metavar="ID",
            help="The candidate that it is about, such as candidate-3; left out where it is about "
            "none.",
        ),
    ] = None,
    checklist: Annotated[
        Path | None,
        typer.Option(
            "--checklist",
            metavar="FILE",
            readable=False,
            help='What was compared, as JSON: {"marks": {"nose": {"seen": "similar", "note": '
            '"..."}}}.',
        ),
    ] = None,
    mark: Annotated[
        list[str] | None,
        typer.Option(
            "--mark",
            metavar="PART=SEEN[:NOTE]",
            help="One part that was compared: similar, different or not-visible; may be given "
            "several times, instead of a checklist.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Conclude on a search, once and for good, without knowing what the other concluded."""
    marked = _checklist(checklist, mark)
    with opened(bench) as workbench:
        review = workbench.reviews.examine(
            workbench.whole_id("search", search),
            conclusion.value,
            reason=reason,
            candidate=candidate,
            checklist=marked,
        )
    _told(review, as_json=as_json)


@app.command(
    epilog=example(
        "workbench review surrender search-4a1f --reason 'there is no third examiner this week'"
    )
)
def surrender(
    search: _Search, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Leave a search on which two examiners differ as inconclusive, without asking a third."""
    with opened(bench) as workbench:
        review = workbench.reviews.surrender(workbench.whole_id("search", search), reason=reason)
    _told(review, as_json=as_json)


@app.command(
    epilog=example(
        'workbench review export search-4a1f report.pdf --recipient "DI Farrow" '
        '-j "the file of the case"'
    )
)
def export(
    search: _Search,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", readable=False, help="Of the report; ends in .html or .pdf."
        ),
    ],
    *,
    recipient: Annotated[
        str, typer.Option("--recipient", parser=named, metavar="WHO", help="Who gets it.")
    ],
    justification: Justification,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a search that is concluded: a disclosure, recorded before.

    Whoever nobody put forward is not to be recognised in it.
    """
    with opened(bench) as workbench:
        given = workbench.reviews.export(
            workbench.whole_id("search", search),
            file,
            recipient=recipient,
            justification=justification,
            force=force,
        )
    if as_json:
        say_json({"export": given.id, "file": str(file), "sha256": given.sha256})
        return
    show_pairs(
        [
            ("report", str(file)),
            ("SHA-256", str(given.sha256)),
            ("recorded as", given.id),
            ("means", LEAD_ONLY),
        ]
    )


def _checklist(file: Path | None, marks: list[str] | None) -> dict[str, Any] | None:
    if file is not None and marks:
        msg = "give a checklist or marks one by one, not both."
        raise UsageError(msg)
    if file is not None:
        return read_document(file)
    if not marks:
        return None
    found: dict[str, dict[str, str]] = {}
    for text in marks:
        part, given, rest = text.partition("=")
        seen, noted, note = rest.partition(":")
        if not given or part in found:
            why = "is said twice" if given else "is no PART=SEEN, such as nose=similar"
            msg = f"--mark {ascii(text if not given else part)[1:-1][:100]} {why}."
            raise UsageError(msg)
        found[part] = {"seen": seen, "note": note} if noted else {"seen": seen}
    return {"marks": found}


def _told(review: ReviewView, *, as_json: bool) -> None:
    if as_json:
        say_json(review.plain())
    else:
        _show(review)


def _show(review: ReviewView) -> None:
    for one in review.examinations:
        show_pairs(_said(one))
        stdout().print()
    for line in _where(review):
        stdout().print(Text(line))


def _where(review: ReviewView) -> Iterator[str]:
    """Return how far a search is, in sentences."""
    if review.surrender is not None:
        left = review.surrender
        yield f"Left as inconclusive by {left.by}, {left.at:%Y-%m-%d %H:%M} UTC: {left.reason}"
    if review.outcome is not None:
        about = "" if review.outcome.candidate is None else f"{review.outcome.candidate}: "
        words = outcome_words(review.outcome, review.examinations, review.surrender)
        yield f"{review.search} is concluded. {about}{words}"
        yield LEAD_ONLY
    elif review.state is ReviewState.DISPUTED:
        yield (
            f"{review.search}: two examiners differ. A third may conclude, shown neither, or it is "
            f"left as inconclusive: workbench review surrender {review.search}"
        )
    elif review.has_examined:
        yield f"{review.search}: yours is saved. Another examiner concludes without seeing it."
    else:
        yield (
            f"{review.search} is not concluded. What others may have concluded is not shown before "
            "your own is saved."
        )
    if review.barred:
        yield review.barred


def _said(one: Examination) -> list[tuple[str, object]]:
    marks = [] if one.checklist is None else one.checklist.marks.items()
    return [
        ("by", f"{one.by}, {one.at:%Y-%m-%d %H:%M} UTC"),
        ("candidate", one.candidate),
        ("conclusion", one.conclusion.words),
        (
            "compared",
            "\n".join(
                f"{part.words}: {mark.seen}{f' ({mark.note})' if mark.note else ''}"
                for part, mark in marks
            )
            or None,
        ),
        ("reason", one.reason),
        ("scores before", SCORES_SEEN[one.scores_seen]),
        ("knew before", ", ".join(one.aware_of or ()) or None),
    ]
