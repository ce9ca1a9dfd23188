"""`workbench case`: retrospective work, by the number of the case that allows it."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from workbench.cli import case_footage, case_search, footage_searches
from workbench.cli.console import example, say, say_json
from workbench.cli.documents import read_document
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, CaseNumber, Justification, Reason
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.permissions import Permission, holders

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.bench import Workbench
    from workbench.bench.cases import CaseEnd, CaseView

__all__ = ["app"]

app = typer.Typer(
    name="case",
    help="Cases of retrospective work: open one, decide on it, add its footage, search, close it.",
    epilog=example("workbench case template > robbery.toml"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_View = TypeVar("_View")
_MANY: Final = frozenset({"footage-segment", "footage-pictures", "search"})
"""Kinds of sealed objects that have no name for people; footage and searches are listed apart."""
TEMPLATE: Final = """\
# A case of retrospective work. Fill it in and hand it over with
#   workbench case open FILE
# Work may begin at once; another officer must authorise the case within 48 hours, or everything
# that is kept for it is destroyed.

# The number of the case in the force's records: letters, digits and . _ / : -
number = "CASE/2026/118"

# The one offence that it is about.
offence = "Robbery in High Street on 24 November 2026 (Theft Act 1968, s.8)"

# The power relied on, in words.
authority = "..."

# What the search is to find out.
purpose = "..."

# Why it is strictly necessary, and why less would not do.
necessity = "..."

# From when on it may not go on, with its time zone.
expiry = {expiry}
"""
_LASTS: Final = timedelta(days=28)
"""How long a case lasts in the template."""


@app.command(epilog=example("workbench case template > robbery.toml"))
def template(*, as_json: AsJson = False) -> None:
    """Print a case to fill in, every field explained (TOML)."""
    ends = (datetime.now(UTC) + _LASTS).replace(hour=17, minute=0, second=0, microsecond=0)
    text = TEMPLATE.format(expiry=ends.isoformat())
    if as_json:
        say_json({"template": text})
    else:
        sys.stdout.write(text)


@app.command("open", epilog=example("workbench case open robbery.toml"))
def open_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Fields to fill in, as JSON or TOML.")
    ],
    *,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Open a case, provisionally: another officer must authorise it within 48 hours."""
    values = read_document(file)
    with opened(bench) as workbench:
        case = workbench.cases.open(values)
    if as_json:
        say_json(case.plain())
    else:
        by = f"{case.authorise_by:%Y-%m-%d %H:%M} UTC"
        say(f"{case.number} is open; it must be authorised by {by}.")


@app.command(epilog=example("workbench case authorise CASE/2026/118 --reason @reasons.txt"))
def authorise(
    number: CaseNumber, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Authorise a case, as another officer than whoever asked."""
    with opened(bench) as workbench:
        case = workbench.cases.authorise(number, reason)
    if as_json:
        say_json(case.plain())
    else:
        say(f"{case.number} is authorised until {case.expires:%Y-%m-%d %H:%M} UTC.")


@app.command(epilog=example('workbench case refuse CASE/2026/118 --reason "one witness will do"'))
def refuse(
    number: CaseNumber, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Refuse a case; what is kept for it is destroyed at once."""
    with opened(bench) as workbench:
        ended = workbench.cases.refuse(number, reason)
    _ended(ended, "refused", as_json=as_json)


@app.command(epilog=example("workbench case close CASE/2026/118"))
def close(number: CaseNumber, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Close an authorised case; what is kept for it is destroyed at once."""
    with opened(bench) as workbench:
        ended = workbench.cases.close(number)
    _ended(ended, "closed", as_json=as_json)


@app.command(epilog=example('workbench case show CASE/2026/118 -j "before I decide on it"'))
def show(
    number: CaseNumber,
    *,
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show a case: what was asked for, what was decided, and what is kept for it; no picture."""
    with opened(bench) as workbench:
        case = workbench.cases.get(number, justification=justification)
        footage = _shown(workbench, Permission.FOOTAGE_CONSULT, workbench.footage.list, number)
        searches = _shown(
            workbench, Permission.RETRO_SEARCH_CONSULT, workbench.searches.list, number
        )
    if as_json:
        say_json(
            {
                **case.plain(),
                "footage": None if footage is None else [one.plain() for one in footage],
                "searches": None if searches is None else [one.plain() for one in searches],
            }
        )
        return
    asked, decided = case.application, case.decision
    show_pairs(
        [
            *_facts(case),
            ("authority", asked and asked.authority),
            ("purpose", asked and asked.purpose),
            ("necessity", asked and asked.necessity),
            ("decided by", decided and f"{decided.by}, {decided.rank}"),
            ("decided at", decided and f"{decided.at:%Y-%m-%d %H:%M} UTC"),
            ("reason", decided and decided.reason),
            ("kept", _kept(case)),
        ]
    )
    if footage:
        show_table(case_footage.FOOTAGE_COLUMNS, case_footage.footage_rows(footage))
    if searches:
        show_table(case_search.SEARCH_COLUMNS, case_search.search_rows(searches))


@app.command("list", epilog=example("workbench case list --json"))
def list_(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the cases of a bench."""
    with opened(bench) as workbench:
        found = workbench.cases.list()
    if as_json:
        say_json({"cases": [case.plain() for case in found]})
        return
    names = ("number", "state", "offence", "asked for by", "opened", "authorise by", "expires")
    rows = [[dict(_facts(case))[name] for name in names] for case in found]
    show_table(names, rows, whole=("number",))


app.command("add-footage", epilog=case_footage.ADD_EXAMPLE)(case_footage.add_footage)
app.command("index", epilog=case_footage.INDEX_EXAMPLE)(case_footage.index)
app.command("timeline", epilog=case_footage.TIMELINE_EXAMPLE)(case_footage.timeline)
app.command("search", epilog=case_search.SEARCH_EXAMPLE)(case_search.search)
app.command("pairs", epilog=footage_searches.PAIRS_EXAMPLE)(footage_searches.pairs)
app.command("searches", epilog=case_search.SEARCHES_EXAMPLE)(case_search.searches)


def _kept(case: CaseView) -> str:
    """Return what the vault holds for a case; of what there may be hundreds of, how many."""
    many = Counter(one.kind for one in case.items if one.kind in _MANY)
    lines = [f"{one.kind} {one.id}" for one in case.items if one.kind not in _MANY]
    lines += [f"{kind}: {count:,}" for kind, count in many.items()]
    return "\n".join(lines) or "nothing"


def _shown(
    workbench: Workbench,
    permission: Permission,
    listed: Callable[[str], list[_View]],
    number: str,
) -> list[_View] | None:
    """Return what a case has of something; `None` where that is not for whoever asks."""
    role = workbench.actor.role
    may = role in holders(permission) and permission not in workbench.rules.withheld.get(role, ())
    return listed(number) if may else None


def _facts(case: CaseView) -> list[tuple[str, object]]:
    moments = (
        ("opened", case.opened),
        ("authorise by", case.authorise_by),
        ("expires", case.expires),
        ("ended", case.ended),
    )
    return [
        ("number", case.number),
        ("state", case.state),
        ("offence", case.offence),
        ("asked for by", case.requester),
        *((name, moment and f"{moment:%Y-%m-%d %H:%M} UTC") for name, moment in moments),
    ]


def _ended(ended: CaseEnd, done: str, *, as_json: bool) -> None:
    certificate = ended.certificate
    if as_json:
        plain = None if certificate is None else certificate.plain()
        say_json({"case": ended.case.plain(), "certificate": plain})
        return
    number = ended.case.number
    if certificate is None:
        say(f"{number} is {done}. A legal hold keeps what it held until it is released.")
        return
    counts = ", ".join(
        f"{count} {kind.replace('_', ' ')}" for kind, count in certificate.counts.items() if count
    )
    say(f"{number} is {done}. Destroyed: {counts} (certificate {certificate.id}).")
    if certificate.held:
        say(f"A legal hold keeps {len(certificate.held)} of it until it is released.")
