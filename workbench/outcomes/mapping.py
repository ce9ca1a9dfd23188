"""Which column of somebody's table is which of an outcome record; it can be kept in a file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.errors import InputError
from workbench.outcomes.cells import DateOrder
from workbench.outcomes.records import COUNTS

__all__ = ["IMPORTED", "Mapping", "guess_mapping", "read_mapping", "write_mapping"]

IMPORTED: Final = (
    "place",
    "site",
    "date",
    "duration",
    "purpose",
    "use_case",
    "watchlist_size",
    "threshold",
    "matcher",
    "latitude",
    "longitude",
    *COUNTS,
    "counting_method",
    "false_alert_rate_printed",
    "cost",
)
"""What a table may say of a deployment: columns of a record, and `duration` in any printed form."""

_KNOWN: Final = {
    "place": ("deployment location", "location", "deployment", "place", "deployment_location"),
    "site": ("site", "camera", "zone"),
    "date": ("date", "deployment date", "2023 date", "date_printed"),
    "duration": ("duration of deployment", "duration", "duration hh mm"),
    "purpose": ("lfr purpose reference", "lfr purpose", "purpose reference", "purpose"),
    "use_case": ("lfr use case", "use case"),
    "watchlist_size": ("watchlist size", "watchlist"),
    "threshold": ("min threshold setting", "minimum threshold", "threshold", "min threshold"),
    "matcher": ("matcher", "algorithm"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "total_alerts": ("total alerts", "alerts"),
    "true_confirmed": ("true alerts confirmed", "confirmed true alerts"),
    "true_unconfirmed": ("true alerts unconfirmed", "unconfirmed true alerts"),
    "true_alerts": ("true alerts", "true alerts total"),
    "true_alert_engagements": ("true alert engagements",),
    "false_confirmed": ("false alerts confirmed",),
    "false_unconfirmed": ("false alerts unconfirmed",),
    "false_alerts": (
        "false alerts",
        "false alerts total",
        "false alert confirmed false alerts",
        "confirmed false alerts",
    ),
    "false_alert_engagements": (
        "false alert engagements",
        "false alert confirmed false alert engagements",
    ),
    "false_alert_arrests": ("false alert arrests",),
    "unresolved": ("unresolved", "unresolved alerts"),
    "arrests": ("engagement outcomes arrest", "arrest", "arrests", "arrests disposals"),
    "other_disposals": (
        "engagement outcomes other disposal",
        "other disposal",
        "other disposals",
        "outcome other",
    ),
    "no_action": ("engagement outcomes no action", "no action", "outcome no action"),
    "faces_seen": ("faces seen estimate", "faces seen", "faces"),
    "counting_method": ("counting method",),
    "false_alert_rate_printed": ("false alert rate", "false alert rate printed"),
    "cost": ("cost", "cost pounds"),
}

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class Mapping(BaseModel):
    """How a table is read.

    Attributes:
        version: of this form.
        columns: column of a record to the heading of the table.
        constants: column of a record to what holds for every row, as a cell would say it.
        date_order: of days between slashes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    columns: dict[_Text, _Text]
    constants: dict[_Text, _Text] = {}
    date_order: DateOrder = DateOrder.DAY_FIRST

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for name in (*self.columns, *self.constants):
            if name not in IMPORTED:
                msg = f"{name!r} is no column of a record; there are {', '.join(IMPORTED)}"
                raise ValueError(msg)
        both = self.columns.keys() & self.constants.keys()
        if both:
            msg = f"{', '.join(sorted(both))} is a column and a constant; say one"
            raise ValueError(msg)
        headings = list(self.columns.values())
        twice = {heading for heading in headings if headings.count(heading) > 1}
        if twice:
            msg = f"heading {', '.join(sorted(twice))!r} is taken for two columns"
            raise ValueError(msg)
        for name in ("place", "date"):
            if name not in self.columns and name not in self.constants:
                msg = f"{name} is neither a column nor a constant, and a record needs it"
                raise ValueError(msg)
        return self


def guess_mapping(headings: Sequence[str], date_order: DateOrder = DateOrder.DAY_FIRST) -> Mapping:
    """Return the mapping of headings that are those of a published grid, or nearly.

    Headings that nothing is known of are left out, and so are not read.

    Raises:
        InputError: when there is none for a place or a day, or two headings are the same column.
    """
    columns: dict[str, str] = {}
    for heading in headings:
        plain = _plain(heading)
        for name, known in _KNOWN.items():
            if plain in {_plain(one) for one in known}:
                if name in columns:
                    msg = (
                        f"columns {columns[name]!r} and {heading!r} both seem to be {name}. "
                        "Write a mapping that names one."
                    )
                    raise InputError(msg)
                columns[name] = heading
    try:
        return Mapping(columns=columns, date_order=date_order)
    except ValidationError as error:
        fault = error.errors()[0]["msg"].removeprefix("Value error, ")
        told = ", ".join(repr(heading) for heading in headings[:30])
        msg = f"the headings {told} say no record ({fault}). Write a mapping."
    raise InputError(msg)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping that was kept.

    Raises:
        InputError: when it cannot be read, or is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the mapping {path} cannot be read ({error}). Name a JSON file in UTF-8."
        raise InputError(msg) from None
    try:
        return Mapping.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        fault = first["msg"].removeprefix("Value error, ")
        msg = f"{path}: {where} is no part of a mapping ({fault}). Put it right."
    raise InputError(msg)


def write_mapping(mapping: Mapping, path: Path) -> None:
    """Write a mapping where there is no file yet.

    Raises:
        OSError: as `Path.open` does.
    """
    text = json.dumps(mapping.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _plain(heading: str) -> str:
    """Return the words of a heading, without case, line breaks, brackets and signs."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())
