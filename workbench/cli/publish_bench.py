"""`workbench publish notice|review|log`: what only a bench can publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example
from workbench.cli.documents import day
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Force
from workbench.cli.publish_writing import (
    Disclosed,
    Into,
    JustificationOption,
    NoPdf,
    RecipientOption,
    write_publication,
)
from workbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

__all__ = ["add_to"]

_PUBLIC = "the public"
_LONGEST = 200
_Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="Which deployment.")]


def _line(text: str) -> str:
    """Read what stands on a sign in one line; a number such as 101 will do.

    Raises:
        typer.BadParameter: when it says nothing, or more than a line.
    """
    said = " ".join(text.split())
    if not said.isprintable() or not any(one.isalnum() for one in said) or len(said) > _LONGEST:
        msg = f"give a line of up to {_LONGEST} letters that people can use."
        raise typer.BadParameter(msg)
    return said


def add_to(app: typer.Typer) -> None:
    """Add the commands to `workbench publish`."""
    app.command(
        "notice",
        epilog=example(
            "workbench publish notice 2026-11/HIGH-ST-1 --contact '101, or lfr@police.example' "
            "--complaints 'complaints@police.example' -j 'announced before it begins' -o published"
        ),
    )(notice)
    app.command(
        "review",
        epilog=example(
            "workbench publish review 2026-11/HIGH-ST-1 --recipient 'the reviewer' "
            "-j 'review after the deployment' -o published"
        ),
    )(review)
    app.command(
        "log",
        epilog=example(
            "workbench publish log --from 2026-11-01 --to 2026-11-30 --recipient ICO "
            "-j 'request of 3 December' -o published"
        ),
    )(log)


def notice(
    reference: _Reference,
    *,
    contact: Annotated[
        str, typer.Option("--contact", parser=_line, metavar="TEXT", help="Where people can ask.")
    ],
    complaints: Annotated[
        str,
        typer.Option(
            "--complaints", parser=_line, metavar="TEXT", help="Where people can complain."
        ),
    ],
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE", help="Whose clocks the times are told by.")
    ] = "Europe/London",
    into: Into = Path(),
    pdf: NoPdf = True,
    recipient: RecipientOption = _PUBLIC,
    justification: JustificationOption = None,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Make notice, sign and leaflet of a deployment that is authorised.

    They say where, when, for whom, who runs it, how long data are kept, how to ask and complain,
    and that avoiding the cameras is no ground for suspicion.
    """
    from workbench.reports.publication_building import notice_files  # noqa: PLC0415 - quick help
    from workbench.reports.publication_files import file_stem  # noqa: PLC0415 - likewise
    from workbench.reports.publication_head import PublicationHead  # noqa: PLC0415 - likewise
    from workbench.reports.publication_notice import notice_page  # noqa: PLC0415 - likewise

    zone = _zone(time_zone)
    with opened(bench) as workbench:
        found = workbench.publications.notice(reference)
        stem = file_stem("notice", reference)
        page = notice_page(
            found.application,
            found.authority,
            found.state,
            profile=found.profile,
            zone=zone,
            contact=contact,
            complaints=complaints,
        )
        head = PublicationHead(
            "Live facial recognition: public notice, sign and leaflet",
            f"{page.place}, {page.time}",
            (f"The authority of deployment {reference}",),
            found.now,
            found.category,
            (found.head.seq, found.head.hash),
        )

        def build() -> Mapping[str, bytes]:
            return notice_files(stem, head, page, pdf=pdf)

        write_publication(
            build,
            stem,
            into,
            bench=workbench,
            disclosed=Disclosed(
                f"notice, sign and leaflet of {reference}", recipient, justification, reference
            ),
            force=force,
            as_json=as_json,
        )


def review(
    reference: _Reference,
    *,
    into: Into = Path(),
    pdf: NoPdf = True,
    recipient: RecipientOption = "the reviewer",
    justification: JustificationOption = None,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Make the form of the review after a deployment: counts filled in, checks to be filled in."""
    from workbench.reports.publication_building import review_files  # noqa: PLC0415 - quick help
    from workbench.reports.publication_files import file_stem  # noqa: PLC0415 - likewise
    from workbench.reports.publication_head import PublicationHead  # noqa: PLC0415 - likewise
    from workbench.reports.publication_review import review_page  # noqa: PLC0415 - likewise

    with opened(bench) as workbench:
        source = f"Deployments of bench {workbench.id}"
        found = workbench.publications.outcomes(source=source)
        outcome = found.outcome(reference)
        stem = file_stem("review", reference)
        head = PublicationHead(
            "Live facial recognition: review after the deployment",
            f"{outcome.force}, {reference}",
            (f"The record of deployment {reference} on bench {workbench.id}",),
            workbench.now(),
            found.report.category,
            (found.report.head.seq, found.report.head.hash),
        )

        def build() -> Mapping[str, bytes]:
            return review_files(stem, head, review_page(outcome), pdf=pdf)

        write_publication(
            build,
            stem,
            into,
            bench=workbench,
            disclosed=Disclosed(f"the review form of {reference}", recipient, justification),
            force=force,
            as_json=as_json,
        )


def log(
    *,
    recipient: RecipientOption,
    justification: JustificationOption = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="The first day, UTC.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DAY", help="The last day, UTC.")
    ] = None,
    into: Into = Path(),
    pdf: NoPdf = True,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Publish the acts that section 62 has logged: what, when, in which role; nobody's name.

    The whole log is checked first, and what the check found stands at its head.
    """
    from workbench.governance.permissions import Permission  # noqa: PLC0415 - quick help
    from workbench.reports.publication_building import log_files  # noqa: PLC0415 - likewise
    from workbench.reports.publication_files import file_stem  # noqa: PLC0415 - likewise
    from workbench.reports.publication_head import (  # noqa: PLC0415 - likewise
        PublicationHead,
        period_words,
    )
    from workbench.reports.publication_log import log_page  # noqa: PLC0415 - likewise

    with opened(bench) as workbench:
        found = workbench.publications.acts(first, last)
        period = period_words(first, last)
        page = log_page(found.acts, entries=found.entries, faults=found.faults, checks=found.notes)
        begins = "beginning" if first is None else first.isoformat()
        ends = "now" if last is None else last.isoformat()
        stem = file_stem("log", f"{begins}-to-{ends}")
        head = PublicationHead(
            "Extract of the audit log, Data Protection Act 2018, section 62",
            period,
            (f"The audit log of bench {workbench.id}",),
            workbench.now(),
            "demonstration" if workbench.is_demonstration else None,
            (found.head.seq, found.head.hash),
        )

        def build() -> Mapping[str, bytes]:
            return log_files(stem, head, page, found.acts, pdf=pdf)

        write_publication(
            build,
            stem,
            into,
            bench=workbench,
            disclosed=Disclosed(
                f"extract of the audit log, s.62, of {period}",
                recipient,
                justification,
                permission=Permission.AUDIT_EXPORT,
            ),
            force=force,
            as_json=as_json,
        )


def _zone(name: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - quick help

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"there is no time zone {name!a} here. Name one such as Europe/London."
        raise UsageError(msg) from None
