"""What a managers' page is made of, as plain data: figures, charts, tables, facts and words.

Python says everything that is shown; the browser draws it and reckons nothing. Each part has a name
of its own within its section, by which the browser tells a part that changed from a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from workbench.intervals import clopper_pearson
from workbench.rate_words import few_or_many, high_rate_words, low_rate_words

__all__ = [
    "UNKNOWN",
    "Part",
    "cell",
    "chart",
    "column",
    "count_words",
    "facts",
    "headline",
    "headlines",
    "rate_words",
    "section",
    "table",
    "threshold_cell",
    "withheld",
    "words",
]

Part = dict[str, Any]
"""What goes to the browser as it is: text, numbers, truth, lists and such; never `NaN`."""

UNKNOWN: Final = "unknown"


def count_words(count: float | None, unit: str = "") -> str:
    """Return a count as people write it; what is not known is no 0.

    >>> count_words(2529031, "faces"), count_words(None), count_words(1570.26)
    ('2,529,031 faces', 'unknown', '1,570')
    """
    if count is None:
        return UNKNOWN
    return f"{count:,.0f} {unit}".rstrip()


def rate_words(count: int | None, n: int | None, of: str) -> tuple[str, str]:
    """Return a share in two lines: its count, of how many and `1 in n`, and its interval.

    The interval is the 95 % one of Clopper and Pearson, its ends rounded outwards.

    >>> rate_words(44, 2529031, "faces seen")
    ('44 of 2,529,031 faces seen: 1 in 57,000', '95 % interval: 1 in 80,000 to 1 in 42,000')
    >>> rate_words(0, 4600, "faces seen")[1]
    '95 % interval: none to 1 in 1,200'
    >>> rate_words(None, 5, "alerts")[0]
    'unknown of 5 alerts'
    """
    said = f"{count_words(count)} of {count_words(n)} {of}"
    if count is None or not n or count > n:
        return said, "No share can be made of that."
    low, high = clopper_pearson(count, n)
    ends = f"{low_rate_words(low)} to {high_rate_words(high)}"
    return f"{said}: {few_or_many(count / n)}", f"95 % interval: {ends}"


def section(name: str, title: str, *parts: Part, note: str | None = None) -> Part:
    """Return a part of the page with a heading of its own.

    Args:
        name: unlike that of any other section.
        title: its heading.
        parts: what is in it, from top to bottom.
        note: below the heading.
    """
    return {"name": name, "title": title, "note": note, "parts": list(parts)}


def headline(
    title: str,
    value: str,
    *lines: str,
    meaning: str | None = None,
    mark: str | None = None,
    sides: Sequence[tuple[str, Sequence[str]]] = (),
) -> Part:
    """Return one large figure.

    Args:
        title: what it counts.
        value: the figure, as `count_words` writes it.
        lines: of what, and how sure: as `rate_words` writes them.
        meaning: what is counted, in plain words; behind a press.
        mark: a shape before the title: `good`, `warn`, `bad`, `rest` or `none`, with the word for
            it in the title or a line.
        sides: what stands side by side below, such as one count over two things: a title and lines
            each. The figure is then twice as wide.
    """
    return {
        "title": title,
        "value": value,
        "lines": list(lines),
        "meaning": meaning,
        "mark": mark,
        "sides": [[said, list(some)] for said, some in sides],
    }


def headlines(name: str, *figures: Part) -> Part:
    """Return large figures side by side."""
    return {"kind": "headlines", "name": name, "figures": list(figures)}


def column(
    key: str,
    head: str,
    kind: str = "text",
    *,
    meaning: str | None = None,
    choose: bool = False,
    paper: bool = True,
) -> Part:
    """Return a column of a table.

    Args:
        key: names it in a file.
        head: names it on the page.
        kind: `text`, `long` (of many words), `short` (in one line), `number`, `date` or `time`.
        meaning: what is counted, told below the table behind a press.
        choose: whether the rows may be narrowed by one of its values.
        paper: whether it is printed; a sheet has room for a dozen columns.
    """
    return {
        "key": key,
        "head": head,
        "kind": kind,
        "meaning": meaning,
        "choose": choose,
        "paper": paper,
    }


def cell(value: object, words: str, *, mark: str | None = None, link: str | None = None) -> Part:
    """Return a cell whose words are others than its value, by which it is sorted and saved.

    Args:
        value: a number, text, a day or `None`.
        words: what is shown.
        mark: a shape before the words.
        link: a page of this folder, with what follows its `#`.
    """
    return {"value": _plain(value), "words": words, "mark": mark, "link": link}


def threshold_cell(threshold: float | None) -> Part:
    """Return the cell of a threshold, in two decimals as scores are."""
    return cell(threshold, UNKNOWN if threshold is None else f"{threshold:.2f}")


def table(
    name: str,
    title: str,
    columns: Sequence[Part],
    rows: Sequence[Sequence[object]],
    *,
    note: str | None = None,
    empty: str = "There is nothing to list.",
    search: bool = True,
) -> Part:
    """Return a table that can be sorted, narrowed and saved; fifty rows a time are shown.

    Args:
        name: unlike that of any other part of its section.
        title: its heading.
        columns: as `column` makes them.
        rows: shape `(rows, columns)`: numbers, text, days, times, `None` or what `cell` makes.
        note: below the heading.
        empty: what is said where there is no row.
        search: whether a text may be looked for.
    """
    return {
        "kind": "table",
        "name": name,
        "title": title,
        "columns": list(columns),
        "rows": [[_plain(one) for one in row] for row in rows],
        "note": note,
        "empty": empty,
        "search": search,
    }


def chart(
    name: str,
    title: str,
    *,
    alt: str,
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    columns: Sequence[Part],
    rows: Sequence[Sequence[object]],
    note: str | None = None,
    height: int = 320,
    narrow: Mapping[str, Any] | None = None,
    empty: str | None = None,
) -> Part:
    """Return a chart with the table of its figures.

    Colours are named: `@first` to `@sixth` of Okabe and Ito, `@ink`, `@line` and `@ground`; with a
    part of one, as `@first/0.3`. All other text is shown as it is and never read as markup; a line
    break is one. Only `hovertemplate` is left as it is, and must name no text from outside.

    Args:
        name: unlike that of any other part of its section.
        title: its heading.
        alt: what it shows, in a sentence, for whoever cannot see it.
        traces: as plotly takes them.
        layout: as plotly takes it; axes get the grid and the colours of the theme.
        columns: of the table of its figures, as `column` makes them.
        rows: of that table.
        note: below the heading.
        height: in pixels.
        narrow: another layout for a page as wide as a phone, where that needs one.
        empty: what is said in place of the chart, where nothing can be drawn.
    """
    return {
        "kind": "chart",
        "name": name,
        "title": title,
        "alt": alt,
        "traces": [_plain(one) for one in traces],
        "layout": _plain(layout),
        "columns": list(columns),
        "rows": [[_plain(one) for one in row] for row in rows],
        "note": note,
        "height": height,
        "narrow": _plain(narrow),
        "empty": empty,
    }


def facts(name: str, pairs: Sequence[tuple[str, str]], *, title: str | None = None) -> Part:
    """Return facts, each with what it is of."""
    return {"kind": "facts", "name": name, "title": title, "pairs": [list(one) for one in pairs]}


def words(name: str, *paragraphs: str, title: str | None = None, mark: str | None = None) -> Part:
    """Return paragraphs; with a mark they are set apart."""
    return {"kind": "words", "name": name, "title": title, "mark": mark, "lines": list(paragraphs)}


def withheld(name: str, title: str, reason: str) -> Part:
    """Return why a part is not there; never an empty table that looks like none."""
    return {
        "kind": "words", "name": name, "title": title, "mark": "none",
        "lines": ["Not shown: " + reason],
    }  # fmt: skip


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON has
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
