"""`workbench watchlist`: the list of a deployment, by references; no command shows a face."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, say, say_json, stdout
from workbench.cli.documents import prose
from workbench.cli.enrol import enrol
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification, said

if TYPE_CHECKING:
    from workbench.bench.list_views import EntryView, ListView
    from workbench.evaluation.planner import Plan

__all__ = ["app"]

app = typer.Typer(
    name="watchlist",
    help="The watchlist of a deployment: build, check, review, drop from it, destroy it.",
    epilog=example("workbench watchlist template > entries.csv"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Reference: TypeAlias = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="Reference of the deployment.")
]
_Entries: TypeAlias = Annotated[
    list[str],
    typer.Argument(metavar="ENTRY...", help="Ids of entries, as show lists them, or ends of them."),
]

app.command(
    "build",
    epilog=example(
        "workbench watchlist build photographs --deployment 2026-11/HIGH-ST-1 --entries entries.csv"
    ),
)(enrol)


@app.command(epilog=example("workbench watchlist template > entries.csv"))
def template(*, as_json: AsJson = False) -> None:
    """Print a manifest to begin from: a row for each image. Its people do not exist."""
    from workbench.bench.entry_files import example_manifest  # noqa: PLC0415 - quick `--help`

    sys.stdout.write(example_manifest("json" if as_json else "csv"))


@app.command(
    epilog=example(
        "workbench watchlist show 2026-11/HIGH-ST-1 --justification 'preparing for tomorrow' "
        "--faces 14000 --hours 6 --step 0.02"
    )
)
def show(
    reference: _Reference,
    *,
    justification: Justification,
    faces: Annotated[
        int | None,
        typer.Option(
            "--faces", min=0, help="How many faces are expected, for the false alerts to expect."
        ),
    ] = None,
    hours: Annotated[
        float | None,
        typer.Option("--hours", metavar="H", help="How long it lasts, for false alerts an hour."),
    ] = None,
    step: Annotated[
        float | None,
        typer.Option("--step", metavar="S", help="Reckon also so much above and below T."),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List who is on a list and why, and what still keeps its search from starting."""
    with opened(bench) as workbench:
        view = workbench.watchlists.show(
            reference, justification, faces=faces, hours=hours, step=step
        )
    if as_json:
        say_json(_view(view))
    else:
        _show(view)


@app.command(
    epilog=example(
        "workbench watchlist check 2026-11/HIGH-ST-1 entry-0678f3c2a1b0-9f2c4d7a1e5b3c60 "
        "--note 'compared with the custody record'"
    )
)
def check(
    reference: _Reference,
    entries: _Entries,
    *,
    note: Annotated[
        str,
        typer.Option("--note", parser=said, metavar="TEXT", help="What was compared with what."),
    ],
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Say as a second person that images show the people of their entries."""
    with opened(bench) as workbench:
        count = workbench.watchlists.check(reference, entries, note)
    _told(reference, "checked", count, as_json=as_json)


@app.command(epilog=example("workbench watchlist review 2026-11/HIGH-ST-1"))
def review(
    reference: _Reference,
    entries: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ENTRY...]", help="Ids of entries; all on the list if left out."),
    ] = None,
    *,
    note: Annotated[str, typer.Option("--note", help="What was weighed, for the log.")] = "",
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that entries are necessary and proportionate for this very deployment."""
    with opened(bench) as workbench:
        count = workbench.watchlists.review(reference, entries or None, prose(note))
    _told(reference, "reviewed", count, as_json=as_json)


@app.command(
    epilog=example(
        "workbench watchlist drop 2026-11/HIGH-ST-1 entry-0678f3c2a1b0-9f2c4d7a1e5b3c60 "
        "--reason 'arrested this morning'"
    )
)
def drop(
    reference: _Reference,
    entries: _Entries,
    *,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", parser=said, metavar="TEXT", help="Why they are no longer looked for."
        ),
    ],
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Take entries off a list; a live search for it stops, and starts anew without them."""
    with opened(bench) as workbench:
        count = workbench.watchlists.drop(reference, entries, reason)
    _told(reference, "dropped", count, as_json=as_json)


@app.command(epilog=example("workbench watchlist purge 2026-11/HIGH-ST-1"))
def purge(reference: _Reference, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Destroy a list before it is due, its key first; prints the deletion certificate.

    Its references stay, so that an enquiry can be answered; no face and no template does.
    """
    with opened(bench) as workbench:
        certificate = workbench.watchlists.purge(reference)
    if as_json:
        say_json(certificate.plain() | {"digest": certificate.digest()})
        return
    from workbench.cli.tables import show_pairs  # noqa: PLC0415 - keeps `--help` quick

    show_pairs(
        (
            ("Certificate", certificate.id),
            ("Deployment", reference),
            ("Result", certificate.result.value),
            ("Destroyed", ", ".join(f"{n:,} {kind}" for kind, n in certificate.counts.items())),
            ("Keys", ", ".join(certificate.keys)),
            ("Finished", certificate.finished.isoformat()),
            ("Digest", certificate.digest()),
        )
    )


def _told(reference: str, done: str, count: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"deployment": reference, done: count})
    else:
        say(f"{reference}: {count:,} {'entry' if count == 1 else 'entries'} {done}.")


def _view(view: ListView) -> dict[str, Any]:
    composition = view.composition
    return {
        "deployment": view.reference,
        "watchlist": view.id,
        "builder": view.builder,
        "built": view.built.isoformat(),
        "good_until": view.good_until.isoformat(),
        "startable": view.is_startable,
        "missing": view.missing,
        "blocks": [{"code": one.code.value, "text": one.text} for one in view.blocks],
        "without_consent": list(view.without_consent),
        "cautions": [{"code": one.code.value, "text": one.text} for one in view.cautions],
        "expected_false_alerts": view.expected and view.expected.plain(),
        "plan": view.expected and _plan(view.expected.plan),
        "composition": {
            "references": composition.references,
            "subjects": composition.subjects,
            "under_18": composition.under_18,
            "by_category": {
                category.value: {"references": share.references, "subjects": share.subjects}
                for category, share in composition.by_category.items()
            },
        },
        "entries": [_entry(one) for one in view.entries],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    from workbench.evaluation.planner_words import plan_sentences  # noqa: PLC0415 - quick `--help`

    return plan.plain() | {"sentences": plan_sentences(plan)}


def _entry(entry: EntryView) -> dict[str, Any]:
    return {
        "id": entry.id,
        "state": entry.state.value,
        **entry.entry.plain(),
        "verdict": entry.quality.verdict,
        "reasons": list(entry.quality.reasons),
        "age_warning": entry.age_warning,
        "added_by": entry.added_by,
        "added": entry.added.isoformat(),
        "check": entry.check and entry.check.plain(),
        "review": entry.review and entry.review.plain(),
    }


def _show(view: ListView) -> None:
    from rich.text import Text  # noqa: PLC0415 - keeps `--help` quick

    from workbench.cli.tables import show_pairs, show_table  # noqa: PLC0415
    from workbench.evaluation.planner_words import plan_sentences  # noqa: PLC0415

    show_table(
        ("Entry", "Reference", "Category", "Verdict", "Why", "Checked by", "Reviewed by"),
        (
            (
                one.id,
                one.entry.subject,
                one.entry.category.value,
                "refused" if one.state.value == "refused" else one.quality.verdict,
                " ".join((*one.quality.reasons, *([one.age_warning] if one.age_warning else []))),
                one.check and one.check.by,
                one.review and one.review.by,
            )
            for one in view.entries
        ),
        whole=("Entry", "Reference"),
    )
    shares = view.composition.by_category.items()
    show_pairs(
        (
            ("Deployment", view.reference),
            ("Built", f"{view.built.isoformat()} by {view.builder}"),
            ("Good for a start until", view.good_until.isoformat()),
            ("People", view.composition.subjects),
            ("Photographs", view.composition.references),
            ("By category", ", ".join(f"{share.subjects} {one.value}" for one, share in shares)),
            ("Under 18", view.composition.under_18),
        )
    )
    lines = [f"Blocks the start: {one.text}" for one in view.blocks]
    lines += [
        f"Blocks the start: the consent of {one} does not hold." for one in view.without_consent
    ]
    if view.missing is not None:
        lines.append(f"Blocks the start: {view.missing}")
    lines += [f"Weigh before: {one.text}" for one in view.cautions]
    if view.expected is not None:
        lines += plan_sentences(view.expected.plan)
    if view.is_startable:
        lines.append("Nothing of the list keeps the search from starting.")
    for line in lines:
        stdout().print(Text(line))
