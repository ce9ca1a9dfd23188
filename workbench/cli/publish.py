"""`workbench publish`: records, reports and answers; each figure stands with what it is of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import publish_bench
from workbench.cli.console import example
from workbench.cli.documents import day
from workbench.cli.options import AsJson, BenchOption, Force
from workbench.cli.publish_sources import chosen_records, published_source
from workbench.cli.publish_writing import (
    Disclosed,
    Into,
    JustificationOption,
    NoPdf,
    RecipientOption,
    write_publication,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["app"]

_PUBLIC = "the public"
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

app = typer.Typer(
    name="publish",
    help="What goes to the public: records, reports, answers, notices; each figure with what it "
    "is of, and nobody in it.",
    epilog=example("workbench publish annual 2024 --example -o published"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)
publish_bench.add_to(app)

Records = Annotated[
    list[Path] | None,
    typer.Option(
        "--records",
        readable=False,
        metavar="FILE",
        help="File of `outcomes import`, instead of the bench; may be given several times.",
    ),
]
Example = Annotated[
    bool, typer.Option("--example", help="The published example, instead of the bench.")
]
First = Annotated[
    date | None,
    typer.Option("--from", parser=day, metavar="DAY", help="Only what began on it or later."),
]
Last = Annotated[
    date | None,
    typer.Option("--to", parser=day, metavar="DAY", help="Only what began on it or before."),
]
WithReasons = Annotated[
    bool,
    typer.Option(
        "--with-reasons",
        help="Publish why records were put right, too, in the words of whoever did; read them "
        "first, since they may name people.",
    ),
]


@app.command(
    epilog=example(
        "workbench publish record 2026-11/HIGH-ST-1 -o published -j 'published after each one'",
        "workbench publish record met-2023-2024-113 --example -o published",
        "workbench publish record --records grid.parquet --from 2026-01-01 -o published",
    )
)
def record(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="Reference of a deployment, or name of a record. Default: all."
        ),
    ] = None,
    *,
    records: Records = None,
    published_example: Example = False,
    first: First = None,
    last: Last = None,
    into: Into = Path(),
    with_reasons: WithReasons = False,
    pdf: NoPdf = True,
    recipient: RecipientOption = _PUBLIC,
    justification: JustificationOption = None,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Publish the sixteen columns of one deployment, or of all: CSV, JSON, page and PDF.

    As printed stands beside as recomputed; both false alert rates stand below with their counts.
    """
    from workbench.reports.publication_building import record_files  # noqa: PLC0415 - quick help
    from workbench.reports.publication_files import file_stem  # noqa: PLC0415 - likewise
    from workbench.reports.publication_head import period_words  # noqa: PLC0415 - likewise

    with published_source(
        records, example=published_example, bench=bench, first=first, last=last
    ) as source:
        chosen = source.records if name is None else chosen_records(source.records, name)
        period = period_words(first, last)
        stem = file_stem("record", name or _span(first, last))
        head = source.head(
            "Live facial recognition: deployment record",
            f"{source.forces}, {name or period}",
        )

        def build() -> Mapping[str, bytes]:
            return record_files(
                stem, head, chosen, source.whole, pdf=pdf, with_reasons=with_reasons
            )

        write_publication(
            build,
            stem,
            into,
            bench=source.bench,
            disclosed=Disclosed(
                f"the published record of {name or period}", recipient, justification
            ),
            force=force,
            as_json=as_json,
        )


@app.command(
    epilog=example(
        "workbench publish annual 2024 --example -o published",
        "workbench publish annual 2026 -o published -j 'the annual report'",
    )
)
def annual(
    year: Annotated[int, typer.Argument(min=_FIRST_YEAR, max=_LAST_YEAR, help="Which year.")],
    *,
    records: Records = None,
    published_example: Example = False,
    into: Into = Path(),
    with_reasons: WithReasons = False,
    pdf: NoPdf = True,
    recipient: RecipientOption = _PUBLIC,
    justification: JustificationOption = None,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Publish the report of a year: totals, both false alert rates, months, places, and limits."""
    from workbench.reports.publication_annual import annual_page  # noqa: PLC0415 - quick help
    from workbench.reports.publication_building import annual_files  # noqa: PLC0415 - likewise
    from workbench.reports.publication_files import file_stem  # noqa: PLC0415 - likewise
    from workbench.reports.publication_words import NOT_HELD  # noqa: PLC0415 - likewise

    first, last = date(year, 1, 1), date(year, 12, 31)
    with published_source(
        records, example=published_example, bench=bench, first=first, last=last
    ) as source:
        source.require_one_force()
        stem = file_stem("annual", str(year))
        head = source.head("Live facial recognition: annual report", f"{source.forces}, {year}")
        why = NOT_HELD if source.bench is None else "No cost is entered."

        def build() -> Mapping[str, bytes]:
            page = annual_page(source.records, source.whole, why, with_reasons=with_reasons)
            return annual_files(stem, head, page, pdf=pdf)

        write_publication(
            build,
            stem,
            into,
            bench=source.bench,
            disclosed=Disclosed(f"the annual report of {year}", recipient, justification),
            force=force,
            as_json=as_json,
        )


@app.command(
    epilog=example(
        "workbench publish foi --from 2026-01-01 --to 2026-06-30 --recipient 'request 2026/118' "
        "-j 'request under the Act' -o published",
        "workbench publish foi --example --from 2024-06-01 --to 2024-06-30 -o published",
    )
)
def foi(
    *,
    records: Records = None,
    published_example: Example = False,
    first: First = None,
    last: Last = None,
    into: Into = Path(),
    pdf: NoPdf = True,
    recipient: RecipientOption = _PUBLIC,
    justification: JustificationOption = None,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Answer what people ask: cost, what was found, how often wrong, where, on whose authority.

    Each question has figures, what they mean and what is to be kept in mind; what is not held says
    so, and why.
    """
    from workbench.reports.publication_building import foi_files  # noqa: PLC0415 - quick help
    from workbench.reports.publication_files import file_stem  # noqa: PLC0415 - likewise
    from workbench.reports.publication_foi import foi_page  # noqa: PLC0415 - likewise
    from workbench.reports.publication_head import period_words  # noqa: PLC0415 - likewise

    with published_source(
        records, example=published_example, bench=bench, first=first, last=last
    ) as source:
        period = period_words(first, last)
        source.require_one_force()
        stem = file_stem("foi", _span(first, last))
        head = source.head(
            "Live facial recognition: questions and answers", f"{source.forces}, {period}"
        )

        def build() -> Mapping[str, bytes]:
            page = foi_page(source.records, source.whole, held=source.held, kept=source.kept)
            return foi_files(stem, head, page, pdf=pdf)

        write_publication(
            build,
            stem,
            into,
            bench=source.bench,
            disclosed=Disclosed(f"questions and answers of {period}", recipient, justification),
            force=force,
            as_json=as_json,
        )


def _span(first: date | None, last: date | None) -> str:
    """Return a period as files are called by it."""
    if first is None and last is None:
        return "all"
    begins = "beginning" if first is None else first.isoformat()
    ends = "end" if last is None else last.isoformat()
    return f"{begins}-to-{ends}"
