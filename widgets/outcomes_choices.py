"""What the overview can be narrowed to, and which records are left; all of it from the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import dataframely as dy
import polars as pl

from widgets.managers_parts import Part
from workbench.outcomes import Findings, OutcomeRecords

__all__ = ["ALL_FORCES", "GROUPS", "Chosen", "choose", "filters_of"]

ALL_FORCES: Final = "*"
_UNKNOWN: Final = "?"
_FLAGGED: Final = "any"
_CORRECTED: Final = "corrected"
_MOST_OPTIONS: Final = 500
"""A longer list is no help: its values are found in the table."""

GROUPS: Final[Mapping[str, str]] = {
    "year": "year",
    "month": "month",
    "place": "place",
    "use_case": "use case",
    "threshold": "threshold",
    "counting_method": "way of counting faces",
    "source": "document",
}
"""What the table of rates can be by."""

_COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "source": ("Document or bench", "all"),
    "place": ("Place", "all places"),
    "use_case": ("Use case", "all"),
    "threshold": ("Threshold", "all"),
    "counting_method": ("Way of counting faces", "all ways"),
}
_Records = dy.DataFrame[OutcomeRecords]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The records that are left of what somebody chose.

    Attributes:
        records: the newest version of each.
        elsewhere: what is left of all forces; for a comparison.
        force: whose; `None` for all forces beside each other.
        forces: whose records there are.
        group: what the table of rates is by.
        step: `month` or `year`, of the trend.
        unknown: choices of the address that no record has, left out.
    """

    records: _Records
    elsewhere: _Records
    force: str | None
    forces: tuple[str, ...]
    group: str
    step: str
    unknown: tuple[str, ...]


def choose(
    now: _Records,
    found: dy.DataFrame[Findings],
    choices: Mapping[str, str],
    bench: str | None = None,
) -> Chosen:
    """Return what is left of the newest records, and what was chosen that they do not have.

    Args:
        now: newest versions.
        found: what rules found in them.
        choices: what was chosen, by name.
        bench: the source whose force is shown where none is chosen; else that of most records.
    """
    forces = _forces(now, bench)
    wanted = choices.get("force", "")
    force = None if wanted == ALL_FORCES and len(forces) > 1 else next(
        (one for one in forces if one == wanted), forces[0] if forces else ""
    )  # fmt: skip
    left: pl.DataFrame = now
    unknown = [f"force {wanted!r}"] if wanted not in {"", ALL_FORCES, *forces} else []
    for name, value in choices.items():
        if (rows := _narrowed(now, found, name, value)) is None:
            continue
        if rows.any():
            left = left.filter(pl.col("record").is_in(now["record"].filter(rows).implode()))
        else:
            unknown.append(f"{name} {value!r}")
    of_force = left if force is None else left.filter(pl.col("force") == force)
    group, step = choices.get("group", ""), choices.get("step", "")
    return Chosen(
        records=OutcomeRecords.cast(of_force),
        elsewhere=OutcomeRecords.cast(left),
        force=force,
        forces=forces,
        group=group if group in GROUPS else "year",
        step="year" if step == "year" else "month",
        unknown=tuple(unknown),
    )


def filters_of(now: _Records, chosen: Chosen, choices: Mapping[str, str]) -> list[Part]:
    """Return the filters of the page with what can be chosen of the records of a force."""
    of_force = now if chosen.force is None else now.filter(pl.col("force") == chosen.force)
    made = []
    if len(chosen.forces) > 1:
        others = [[one, one] for one in chosen.forces[1:]]
        options = [["", chosen.forces[0]], *others, [ALL_FORCES, "all, beside each other"]]
        made.append(_filter("force", "Force", choices, options))
    made.append(_filter("period", "When", choices, [["", "all days"], *_periods(of_force)]))
    for name, (title, all_of_it) in _COLUMNS.items():
        values = _values(of_force, name)
        if 1 < len(values) <= _MOST_OPTIONS:
            made.append(_filter(name, title, choices, [["", all_of_it], *values]))
    checks = [
        ["", "all records"],
        [_FLAGGED, "with a finding"],
        ["error", "with an error"],
        ["warning", "with a warning"],
        [_CORRECTED, "corrected since"],
    ]
    groups = [["", "year"], *([key, said] for key, said in GROUPS.items() if key != "year")]
    made += [
        _filter("check", "Checks", choices, checks),
        _filter("step", "Trend by", choices, [["", "month"], ["year", "year"]]),
        _filter("group", "Rates by", choices, groups),
    ]
    return made


def _forces(now: _Records, bench: str | None) -> tuple[str, ...]:
    """Return whose records there are: first of the bench, then of the most records."""
    ranked = (
        now.group_by("force")
        .agg(pl.col("source").eq_missing(pl.lit(bench)).any().alias("own"), pl.len())
        .sort("own", "len", "force", descending=[True, True, False])
    )
    return tuple(ranked["force"])


def _narrowed(
    now: _Records, found: dy.DataFrame[Findings], name: str, value: str
) -> pl.Series | None:
    """Return which rows a choice leaves, shape `(rows,)`; `None` where it narrows nothing."""
    if name == "period":
        return now["date"].cast(pl.String).str.starts_with(value)
    if name in _COLUMNS:
        kept = now[name]
        return kept.is_null() if value == _UNKNOWN else (kept.cast(pl.String) == value).fill_null(
            value=False
        )  # fmt: skip
    if name == "check":
        if value == _CORRECTED:
            return now["version"] > 1
        bad = found if value == _FLAGGED else found.filter(pl.col("severity") == value)
        return now["record"].is_in(bad["record"].drop_nulls().implode())
    return None


def _filter(name: str, title: str, choices: Mapping[str, str], options: list[list[str]]) -> Part:
    value = choices.get(name, "")
    known = any(value == key for key, _ in options)
    return {"name": name, "title": title, "value": value if known else "", "options": options}


def _periods(records: pl.DataFrame) -> list[list[str]]:
    """Return each year, newest first, with its months."""
    months = records["date"].dt.strftime("%Y-%m").unique().sort(descending=True).to_list()
    found: list[list[str]] = []
    for month in months:
        if not found or not month.startswith(found[-1][0][:4]):
            found.append([month[:4], month[:4]])
        found.append([month, month])
    return found


def _values(records: pl.DataFrame, name: str) -> list[list[str]]:
    kept = records[name]
    values = kept.drop_nulls().unique().sort()
    keys = values.cast(pl.String).to_list()
    shown = [f"{one:.2f}" for one in values] if name == "threshold" else keys
    said = [[key, words] for key, words in zip(keys, shown, strict=True)]
    return said + ([[_UNKNOWN, "unknown"]] if kept.has_nulls() else [])
