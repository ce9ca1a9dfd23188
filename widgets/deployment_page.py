"""The page of one deployment, of the bench or published: all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import dataframely as dy
import polars as pl

from widgets.deployment_record import glance, record_section
from widgets.deployment_sections import fact_sections, unpublished_section
from widgets.deployment_texts import at_words, day_words
from widgets.managers_page import ManagersPage
from widgets.managers_parts import Part, count_words, facts, section, withheld, words
from workbench.outcomes.corrections import newest
from workbench.outcomes.deployment_facts import DeploymentFacts, SoFar
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.snapshot import Snapshot

__all__ = ["DeploymentPage"]

_Records = dy.DataFrame[OutcomeRecords]
_CHOICE: Final = "deployment"
_SOURCE: Final = "source"
_RUNNING: Final = "running"


class DeploymentPage(ManagersPage):
    """Everything that is known of one deployment, and that what is not is unknown or unpublished.

    Which one is kept in the address, as `#deployment=RECORD`.
    """

    title: ClassVar[str] = "One deployment"
    notebook: ClassVar[str] = "51_deployment.ipynb"

    def filters(
        self, snapshot: Snapshot, records: _Records, choices: Mapping[str, str]
    ) -> Sequence[Part]:
        """Return the choice of a source, and of a deployment of it, the newest first."""
        now = newest(records)
        sources = now["source"].unique(maintain_order=True).to_list()
        if any(one.running for one in snapshot.deployments):
            sources.insert(0, _RUNNING)
        source = choices.get(_SOURCE, "")
        listed = _listed(snapshot, now, source)
        return [
            {
                "name": _SOURCE,
                "title": "Of which document or bench",
                "value": source if source in sources else "",
                "options": [["", "all"], *([one, _source_words(one)] for one in sources)],
            },
            {
                "name": _CHOICE,
                "title": "Deployment",
                "value": _named(listed, choices),
                "options": [["", "the newest of them"], *([name, said] for name, said in listed)],
            },
        ]

    def empty(self, snapshot: Snapshot, records: _Records) -> str | None:
        """Say what to do where there is neither a record nor a deployment that runs."""
        if records.is_empty() and not snapshot.deployments:
            return (
                "No deployment was authorised yet, and no published record is shown beside. A "
                "deployment appears here once it is authorised."
            )
        return None

    def sections(
        self, snapshot: Snapshot, records: _Records, choices: Mapping[str, str]
    ) -> Sequence[Part]:
        """Return the sections of the deployment that is chosen; of the newest where none is."""
        now = newest(records)
        listed = _listed(snapshot, now, choices.get(_SOURCE, ""))
        if not listed:
            return [section("none", "No deployment", words("none", "There is none of these."))]
        name = _named(listed, choices) or listed[0][0]
        told = {one.reference: one for one in snapshot.deployments}.get(name)
        row = now.filter(pl.col("record") == name)
        if told is None and row.is_empty():
            return [_unknown(name)]
        return [
            *_of_record(records, row, told),
            *(
                fact_sections(told, snapshot.as_of)
                if told is not None
                else [self._not_told(snapshot, row)]
            ),
        ]

    @staticmethod
    def _not_told(snapshot: Snapshot, row: pl.DataFrame) -> Part:
        """Return why the rest is not there."""
        reason = snapshot.withheld.get("deployments")
        if reason is not None and row["source"].item() == snapshot.bench:
            return section("unpublished", "The rest", withheld("rest", "All else", reason))
        return unpublished_section()


def _of_record(records: _Records, row: pl.DataFrame, told: DeploymentFacts | None) -> list[Part]:
    if row.is_empty():
        assert told is not None  # noqa: S101 - the caller looked
        return [_without_record(told) if told.so_far is None else _runs(told, told.so_far)]
    one = row.row(0, named=True)
    published = told is None
    place = one["place"] + (f" ({one['site']})" if one["site"] else "")
    head = section(
        "which",
        f"{place}, {day_words(one['date'])}",
        facts(
            "which",
            [
                ("Force", one["force"]),
                ("Record", one["record"]),
                ("Of", one["source"] if published else f"this bench, {one['source']}"),
                (
                    "Carried out",
                    "yes"
                    if one["state"] == "completed"
                    else "no: it ended without a search, or was broken off, and is in no rate",
                ),
            ],
        ),
    )
    notes = () if told is None else told.notes
    return [
        head,
        glance(one, published=published),
        record_section(records, one["record"], published=published, notes=notes),
    ]


def _without_record(told: DeploymentFacts) -> Part:
    """Return what is said of one that has ended and of which no record came along."""
    said = told.circumstances
    return section(
        "which",
        f"{said.place}, {said.town}, {day_words(said.starts.date())}",
        words(
            "none",
            "It has ended, and its record is not among those that are shown. What is below is "
            "known of it all the same; ask whoever started these pages for the record.",
            mark="warn",
        ),
        facts("of", [("Force", told.force), ("Reference", told.reference)]),
    )


def _runs(told: DeploymentFacts, so_far: SoFar) -> Part:
    """Return what is said of one that has not ended: it is listed, and has no record."""
    said = told.circumstances
    return section(
        "which",
        f"{said.place}, {said.town}, {day_words(said.starts.date())}",
        words(
            "runs",
            "It has not ended, so it has no record yet. What is below is so far, and is in no "
            "figure of the other pages. Alerts count once ten minutes of the clock are over; "
            "decisions, outcomes and what is kept are told once it has ended, so that nobody can "
            "follow one alert here.",
            mark="rest",
        ),
        facts(
            "so_far",
            [
                ("Force", told.force),
                ("Reference", told.reference),
                (f"Alerts up to {at_words(so_far.until)}", count_words(so_far.alerts)),
            ],
        ),
    )


def _unknown(name: str) -> Part:
    return section(
        "none",
        "No such deployment",
        words(
            "none",
            f"Nothing is known of {name!r}. Choose one above; the address may be of another bench.",
            mark="warn",
        ),
    )


def _named(listed: Sequence[tuple[str, str]], choices: Mapping[str, str]) -> str:
    """Return which one was asked for; none where it is not of the document that was chosen."""
    name = choices.get(_CHOICE, "")
    if choices.get(_SOURCE, "") and name not in {one for one, _ in listed}:
        return ""
    return name


def _listed(snapshot: Snapshot, now: pl.DataFrame, source: str) -> list[tuple[str, str]]:
    """Return each deployment's name and words: those that run first, then the newest of the bench.

    Those of the bench come before published ones.
    """
    running = [
        (one.reference, f"{_RUNNING}: {one.circumstances.place}, {one.circumstances.town}")
        for one in snapshot.deployments
        if one.running and source in {"", _RUNNING}
    ]
    own = {one.reference for one in snapshot.deployments}
    rows: list[dict[str, Any]] = now.filter(
        pl.lit(value=True) if not source else pl.col("source") == source
    ).to_dicts()
    rows.sort(key=lambda one: (one["record"] in own, one["date"], one["source_row"]), reverse=True)
    ended = [(one["record"], f"{one['date'].isoformat()}, {one['place']}") for one in rows]
    # One that ended comes first where none is asked for: it has a record.
    return [*ended, *running] if ended else running


def _source_words(source: str) -> str:
    return "those that run" if source == _RUNNING else source
