"""Searches of footage in words: everyone of a case, and the pairs of two pieces of footage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from workbench.cli.candidates import NOBODY, plain_candidates
from workbench.cli.console import example, printable, say_json, stdout
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.conclusions import LEAD_ONLY

if TYPE_CHECKING:
    from workbench.bench.search_views import PairsFinding, SearchFinding
    from workbench.retrospective.pairs_document import PairSide

__all__ = ["PAIRS_EXAMPLE", "pairs", "say_everyone", "say_pairs"]

PAIRS_EXAMPLE = example('workbench case pairs search-4a1f -j "reading what was found last week"')
NO_PAIR: Final = "No pair reached the threshold. That is as good a result as any."
_NEXT: Final = (
    "A pair is a suggestion to look. Search with one of the two (--appearance ID), and examiners "
    "conclude on that."
)


def pairs(
    search: Annotated[
        str, typer.Argument(metavar="SEARCH", help="Id of the search, or a part of it.")
    ],
    *,
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the pairs of a search that compared two pieces of footage, by ids and times."""
    with opened(bench) as workbench:
        whole = workbench.whole_id("search", search)
        found = workbench.searches.pairs(whole, justification=justification)
    say_pairs(found, as_json=as_json)


def say_pairs(found: PairsFinding, *, as_json: bool) -> None:
    """Write how two pieces of footage were compared, and the pairs; no picture."""
    view, record = found.view, found.view.record
    entries = found.document.pairs
    if as_json:
        left_out = {"first": {"picture"}, "second": {"picture"}}
        listed = [one.model_dump(mode="json", exclude=left_out) for one in entries]
        say_json({**view.plain(), "pairs": listed, "means": LEAD_ONLY})
        return
    compared = record.pairs
    show_pairs(
        (
            ("search", view.id),
            ("case", view.case),
            ("by", f"{view.actor}, {view.at:%Y-%m-%d %H:%M} UTC"),
            ("what", record.kind.words),
            ("compared", "\n".join(record.target)),
            ("comparisons", compared and f"{compared.comparisons:,}"),
            ("reason", record.reason),
            ("matcher", f"{record.matcher}, scores in {record.unit} ({record.calibration})"),
            ("encoders", "\n".join(record.encoders)),
            ("pairs", compared and f"{len(entries)} of {compared.above} shown"),
        )
    )
    if entries:
        show_table(
            ("rank", "one", "seen", "the other", "seen", "score", "false pairs at that score"),
            [
                (
                    one.rank,
                    one.first.appearance,
                    _seen(one.first),
                    one.second.appearance,
                    _seen(one.second),
                    f"{one.score:.2f} {record.unit}",
                    one.meaning,
                )
                for one in entries
            ],
            whole=("rank", "one", "the other"),
        )
    for line in (record.stated, _NEXT if entries else NO_PAIR, LEAD_ONLY):
        stdout().print(Text(line))


def say_everyone(found: Sequence[SearchFinding], *, as_json: bool) -> None:
    """Write the searches for everyone of a case: of each the candidate that is most like them."""
    if as_json:
        listed: list[dict[str, Any]] = [
            {**one.view.plain(), "candidates": plain_candidates(one.document)} for one in found
        ]
        say_json({"searches": listed, "means": LEAD_ONLY})
        return
    rows = []
    for one in found:
        best = next(iter(one.document.candidates), None)
        rows.append(
            (
                one.view.id,
                printable(one.view.record.asked.origin),
                best and best.subject,
                best and f"{best.score:.2f} {one.view.record.unit}",
                best and best.meaning.text,
            )
        )
    show_table(("search", "probe", "most like it", "score", "meaning"), rows, whole=("search",))
    stated = dict.fromkeys(one.view.record.stated for one in found)
    for line in (*stated, NOBODY, LEAD_ONLY):
        stdout().print(Text(line))


def _seen(side: PairSide) -> str:
    at = "" if side.at is None else f", {side.at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{side.source}, {side.first_s:.1f} to {side.last_s:.1f} s{at}"
