"""The published record as data: a form with a version, whose JSON schema is shipped."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "FORM",
    "BothRates",
    "PrintedColumns",
    "PublishedDocument",
    "PublishedRecord",
    "RateAsCounted",
    "published_record_schema",
]

FORM: Final = "published-record/1"


class _Part(BaseModel):
    """Plain values; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RateAsCounted(_Part):
    """A share with what it is of.

    Attributes:
        count: how many.
        n: of how many; null where that is not known.
        rate: `count / n`; null where it cannot be made.
        low: lower end of the exact 95 % interval of Clopper and Pearson.
        high: upper end of it.
    """

    count: int = Field(ge=0)
    n: int | None = Field(ge=0)
    rate: float | None = Field(ge=0.0, le=1.0)
    low: float | None = Field(ge=0.0, le=1.0)
    high: float | None = Field(ge=0.0, le=1.0)


class BothRates(_Part):
    """A rate at best, by what was decided as false, and at worst, with what nobody is sure of.

    Attributes:
        unsaid: what the rate at worst leaves out since the record does not say it; empty if none.
    """

    best: RateAsCounted
    worst: RateAsCounted
    unsaid: str


class PrintedColumns(_Part):
    """The sixteen published columns; null is unknown, and never 0.

    Attributes:
        false_alert_rate: false alerts of faces seen as a percentage, rounded; null without both.
    """

    deployment_location: str
    date: str
    duration_minutes: float | None
    use_case_or_purpose: str | None
    watchlist_size: int | None
    min_threshold: float | None
    total_alerts: int | None
    true_alerts_confirmed: int | None
    true_alerts_unconfirmed: int | None
    false_alerts_confirmed: int | None
    false_alerts_unconfirmed: int | None
    false_alert_rate: str | None
    arrests: int | None
    other_disposals: int | None
    no_action: int | None
    faces_seen: int | None


class PublishedRecord(_Part):
    """One deployment, or one site of several.

    Attributes:
        record: names it.
        version: of the record; higher than 1 where it was corrected.
        force: whose deployment it was.
        source: the document or bench.
        state: `completed`, or `aborted`, of which no rate is made.
        columns: the newest version.
        as_printed: the first version, with its dates, duration and rate as its source writes them.
        false_alerts_of_faces_seen: recomputed.
        false_alerts_of_alerts: recomputed.
        unresolved: alerts that nobody resolved; null where that is not said.
        counting_method: how faces were counted; rates of two methods are not to be compared.
        unknown: columns that are not known.
        findings: what does not hold in it.
        corrections: why each later version was made.
    """

    record: str
    version: int = Field(ge=1)
    force: str
    source: str
    state: Literal["completed", "aborted"]
    columns: PrintedColumns
    as_printed: dict[str, str]
    false_alerts_of_faces_seen: BothRates | None
    false_alerts_of_alerts: BothRates | None
    unresolved: int | None
    counting_method: str | None
    unknown: tuple[str, ...]
    findings: tuple[str, ...]
    corrections: tuple[str, ...]


class PublishedDocument(_Part):
    """What is published: the head, and a record for each deployment."""

    form: Literal["published-record/1"] = FORM
    title: str
    about: str
    sources: tuple[str, ...]
    made: datetime
    category: str | None
    audit: dict[str, int | str] | None
    notes: tuple[str, ...]
    records: tuple[PublishedRecord, ...]


def published_record_schema() -> dict[str, Any]:
    """Return the JSON schema of the form, as draft 2020-12 of JSON Schema has it."""
    schema = PublishedDocument.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lfr-workbench:published-record:1",
        **schema,
        "title": "Published records of deployments",
        "description": "The sixteen published columns, as printed and as recomputed; nobody is "
        "in it.",
    }
