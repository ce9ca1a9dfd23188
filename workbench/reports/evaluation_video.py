"""From the alerts of labelled clips to the report that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from workbench.evaluation.few_errors import BOUNDS, bound_words
from workbench.governance.moments import spoken
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.reports.evaluation_charts import Axis, Series, draw
from workbench.reports.evaluation_page import Column, EvaluationPage, FigureTable, Section
from workbench.reports.evaluation_words import NOT_HERE, between, exact, out_of, score, ticks
from workbench.reports.page import Figure

__all__ = ["WHICH", "threshold_words", "video_page"]

LIMITS: Final = (
    (
        "An alert counts as right where the person it names appears somewhere in the clip. The "
        "labels do not say whose face raised it, so that a wrong face in a right clip is not seen."
    ),
    (
        "Clips are trials; alerts of one clip hang together, and so do clips of one person, one "
        "camera or one day. The intervals take clips for independent, and may be too narrow."
    ),
    (
        "Nothing here is a rate of false alerts by faces seen in operation: that takes hours of "
        "feeds as they will be searched, and the list that will be searched for."
    ),
    (
        "Each clip was searched once with a threshold that no score reaches, and the rules of "
        "alerts were applied to the scores of its tracks anew for each threshold. In a search a "
        "track rests after its alert; here none does."
    ),
    "A score compares pictures. It does not say who someone is, and a high one may be wrong.",
)
_SMALL: Final = 30
WHICH: Final = "Own is the matcher's own threshold, asked one that was given by --threshold."
"""What stands beside a table of thresholds."""

_COUNTS: Final = {"miss": ("missed", "appearances"), "wrong": ("clips_wrong", "clips")}


def video_page(result: Mapping[str, Any]) -> EvaluationPage:
    """Return the report of labelled clips.

    Args:
        result: what `workbench evaluate video` writes as JSON.
    """
    chosen = _chosen(result)
    clips: Sequence[Mapping[str, Any]] = result["clips"]
    return EvaluationPage(
        title=f"Labelled clips: {result['encoder']} {result['runtime']}",
        headline=_headline(result, chosen),
        made=f"Measured {spoken(datetime.fromisoformat(result['measured']))}.",
        figures=(
            Figure("Clips", f"{len(clips):,}", f"{sum(c['duration_s'] for c in clips):.0f} s"),
            Figure("Faces seen", f"{sum(c['faces_seen'] for c in clips):,}", "tracks confirmed"),
            Figure(
                "On the list",
                f"{result['n_identities']:,}",
                f"people, {result['n_references']:,} photographs; "
                f"{len(result['not_enrolled_photographs']):,} not enrolled",
            ),
            Figure(
                "Listed people shown",
                f"{result['n_people_shown']:,}",
                f"{chosen['appearances']:,} appearances in clips",
            ),
        ),
        sections=[
            _by_threshold(result, chosen),
            _by_clip(clips, chosen["threshold"]),
            *_not_enrolled(result),
            Section(
                "equity",
                "Equity not measured",
                ["The labels do not say which group anybody belongs to."],
            ),
        ],
        limits=LIMITS,
        provenance=[
            ("Labels", str(result["protocol"])),
            ("Digest of the labels", str(result["protocol_sha256"])),
            ("Detector", str(result["detector"])),
            ("Matcher", f"{result['encoder']}, scores in {result['unit']}"),
            ("Calibration", result["calibration"] or "none: the cosine of one encoder"),
            ("Numbers the encoders ran in", str(result["runtime"])),
            *(
                (f"Encoder {one['name']}", f"{one['artefact']}, sha256 {one['sha256']}")
                for one in result["encoders"]
            ),
        ],
        notices=_notices(result, chosen),
    )


def _chosen(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the row of the default threshold, or the middle one where there is none."""
    rows: Sequence[Mapping[str, Any]] = result["thresholds"]
    default = result["default_threshold"]
    for row in rows:
        if row["threshold"] == default:
            return row
    return rows[len(rows) // 2]


def _headline(result: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    missed = (
        "nobody on the list appears in any of them"
        if not row["appearances"]
        else f"{out_of(row['missed'], row['appearances'])} appearances of listed people raise no "
        f"right alert ({_worth(row, 'miss')})"
    )
    return (
        f"At T = {_figure(row['threshold'])} and {result['n_identities']:,} people on the list, "
        f"{out_of(row['clips_wrong'], row['clips'])} clips raise a wrong alert "
        f"({_worth(row, 'wrong')}), and {missed}. Measured on "
        f"{row['clips']:,} clips of {result['protocol']}."
    )


def _notices(result: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    if row["clips"] < _SMALL or row["people"] < _SMALL:
        found.append(
            f"Small numbers: {row['clips']:,} clips and {row['people']:,} listed people. The "
            "intervals say how little that bears out; they are no rates of an operation."
        )
    if row["clips_wrong"] < FEWEST_EXPECTED_ERRORS:
        found.append(
            f"Fewer than three clips with a wrong alert: their rate is {NOT_HERE}, "
            f"{bound_words(row['clips_wrong'], row['clips'])} of clips."
        )
    if result["not_enrolled"]:
        names = ", ".join(result["not_enrolled"])
        found.append(
            f"In the folder of the list but not enrolled, so that no alert can name them and each "
            f"appearance is missed: {names}."
        )
    found += [f"{one['path']}: {one['damage']}" for one in result["clips"] if one["damage"]]
    return tuple(found)


def threshold_words(threshold: float, result: Mapping[str, Any]) -> str:
    """Return a threshold, and whether it is the matcher's own or was asked for.

    >>> known = {"default_threshold": 2.3102, "asked_thresholds": [2.31]}
    >>> [threshold_words(one, known) for one in (1.5, 2.31, 2.3102)]
    ['1.50', '2.31, asked', '2.3102, own']
    """
    figure = _figure(threshold)
    if threshold == result["default_threshold"]:
        return f"{figure}, own"
    return f"{figure}, asked" if threshold in result["asked_thresholds"] else figure


def _figure(threshold: float) -> str:
    """Return a threshold to two decimals, or to four where two would write it as another."""
    is_short = round(threshold, 2) == threshold
    return score(threshold) if is_short else f"{threshold:.4f}".replace("-", "\N{MINUS SIGN}")


def _worth(row: Mapping[str, Any], name: str) -> str:
    """Return the interval of a rate, or its bound where fewer than three errors were counted."""
    errors, n = _COUNTS[name]
    if row[errors] < FEWEST_EXPECTED_ERRORS:
        bound = bound_words(row[errors], row[n]).replace(" (", ", ").removesuffix(")")
        return f"{NOT_HERE}: {bound}"
    return f"95 % {between(row[f'{name}_low'], row[f'{name}_high'])}"


def _cell(row: Mapping[str, Any], name: str) -> str:
    """Return the same for a cell, under a heading and above a note that say the rest."""
    if row[f"{name}_low"] is None:
        return "unknown"
    errors, n = _COUNTS[name]
    return exact(row[errors], row[n], row[f"{name}_low"], row[f"{name}_high"])


def _not_enrolled(result: Mapping[str, Any]) -> list[Section]:
    """Return the photographs that are not on the list, and why; nothing where all are."""
    photographs = result["not_enrolled_photographs"]
    if not photographs:
        return []
    columns = (
        Column("Photograph", is_number=False), Column("Person", is_number=False),
        Column("Why", is_number=False),
    )  # fmt: skip
    rows = [(one["path"], one["subject"] or "unknown", one["reason"]) for one in photographs]
    return [
        Section(
            "not-enrolled",
            "Photographs that were not enrolled",
            ["Nobody was searched for with these. Whoever has others is on the list with those."],
            table=FigureTable("Photographs of the folder that are not on the list", columns, rows),
        )
    ]


def _by_threshold(result: Mapping[str, Any], chosen: Mapping[str, Any]) -> Section:
    rows: Sequence[Mapping[str, Any]] = result["thresholds"]
    unit = result["unit"]
    low, high = rows[0]["threshold"], rows[-1]["threshold"]
    most = max(max(row["missed"], row["wrong"]) for row in rows)
    names = (
        "Threshold", "Right", "Wrong", "Missed", "95 %, of appearances",
        "Clips with a wrong alert", "95 %, of clips", "People missed",
    )  # fmt: skip
    series = []
    for place, (key, name) in enumerate((("wrong", "wrong alerts"), ("missed", "missed"))):
        points = [(row["threshold"], float(row[key])) for row in rows]
        peak = 0 if key == "wrong" else len(points) - 1
        series.append(Series(name, points, "steps", place, label_at=peak))
    return Section(
        "thresholds",
        "Alerts at each threshold",
        ["Alerts of all clips, and listed people in clips who raised no right alert."],
        draw(
            "thresholds-chart",
            "Wrong alerts and missed people against the threshold",
            "Wrong alerts fall and missed appearances rise as the threshold rises.",
            x=Axis(f"threshold, {unit}", low, high, ticks(low, high)),
            y=Axis("how many", 0.0, max(most * 1.1, 1.0), _whole_ticks(most)),
            series=series,
            line_at=(chosen["threshold"], f"T {_figure(chosen['threshold'])}"),
        ),
        FigureTable(
            "Alerts right, wrong and missed",
            tuple(Column(name) for name in names),
            [
                (
                    threshold_words(row["threshold"], result),
                    f"{row['right']:,}", f"{row['wrong']:,}",
                    out_of(row["missed"], row["appearances"]), _cell(row, "miss"),
                    out_of(row["clips_wrong"], row["clips"]), _cell(row, "wrong"),
                    out_of(row["people_missed"], row["people"]),
                )
                for row in rows
            ],
        ),
        [("Intervals are exact (Clopper and Pearson) and take clips, and appearances in them, for "
          "independent. Counts clip by clip are in clips.parquet. " + BOUNDS),
         WHICH],
    )  # fmt: skip


def _whole_ticks(most: int) -> list[tuple[float, str]]:
    if most <= 1:
        return [(0.0, "0"), (1.0, "1")]
    whole = [value for value, _ in ticks(0.0, float(most)) if value == int(value)]
    return [(value, f"{int(value):,}") for value in whole]


def _by_clip(clips: Sequence[Mapping[str, Any]], threshold: float) -> Section:
    rows = []
    for clip in clips:
        at = next(row for row in clip["at"] if row["threshold"] == threshold)
        rows.append(
            (
                clip["path"],
                ", ".join(clip["identities"]) or "nobody",
                f"{clip['faces_seen']:,}",
                str(at["right"]),
                str(at["wrong"]),
                str(at["missed"]),
                ", ".join(at["wrong_names"]) or "none",
            )
        )
    columns = (
        Column("Clip", is_number=False), Column("On the list and in it", is_number=False),
        Column("Faces seen"), Column("Right"), Column("Wrong"), Column("Missed"),
        Column("Named wrongly", is_number=False),
    )  # fmt: skip
    return Section(
        "clips",
        f"Each clip at T = {_figure(threshold)}",
        table=FigureTable("Alerts of each clip", columns, rows),
    )
