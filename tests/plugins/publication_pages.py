"""A published page, read as a program reads it: headings, tables, figures, what it would fetch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import TypeAlias

import dataframely as dy

from workbench.outcomes import OutcomeRecords

__all__ = ["Between", "PageTable", "PublishedPage"]

Between: TypeAlias = Callable[[date, date], dy.DataFrame[OutcomeRecords]]
"""Gives every version of the records of a period, both days included."""

_BLANK = "\N{NO-BREAK SPACE}"


@dataclass
class PageTable:
    """A table: its name, caption, headings and rows; a row that is a figure has its name."""

    name: str
    caption: str = ""
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    unscoped: int = 0


class PublishedPage(HTMLParser):
    """What a page says.

    Attributes:
        lang: of the page.
        title: of it.
        headings: level and text of each, in order.
        tables: each table.
        elements: names of all elements.
        addresses: all that a link or a part of it refers to.
        headline: by name, the figure that stands above all else, and what it is of.
        text: all of it, blanks as one.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = ""
        self.title = ""
        self.headings: list[tuple[int, str]] = []
        self.tables: list[PageTable] = []
        self.elements: list[str] = []
        self.addresses: list[str] = []
        self.headline: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._said: list[str] = []
        self._head = ""
        self.feed(html)
        self.text = " ".join("".join(self._said).replace(_BLANK, " ").split())

    def figure(self, name: str) -> list[str]:
        """Return the cells of the first figure of that name."""
        for table in self.tables:
            if name in table.figures:
                return table.rows[table.figures.index(name)]
        raise KeyError(name)

    def table(self, name: str) -> PageTable:
        """Return the table of that name."""
        return next(one for one in self.tables if one.name == name)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        found = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        self.addresses += [found[one] for one in ("href", "src", "action", "data") if one in found]
        if tag == "html":
            self.lang = found.get("lang", "")
        if tag == "table":
            self.tables.append(PageTable(found.get("data-table", "")))
        if tag == "tr" and self.tables and any(one == "tbody" for one, _ in self._open):
            self.tables[-1].rows.append([])
            self.tables[-1].figures.append(found.get("data-figure", ""))
        if tag == "th" and self.tables and found.get("scope") not in {"col", "row"}:
            self.tables[-1].unscoped += 1
        if tag == "th" and any(one == "thead" for one, _ in self._open):
            self.tables[-1].headings.append("")
        elif tag in {"th", "td"}:
            self.tables[-1].rows[-1].append("")
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append((int(tag[1]), ""))
        if tag == "div" and "data-figure" in found:
            self._head = found["data-figure"]
            self.headline[self._head] = ""
        if tag not in {"meta", "link", "br", "img", "input", "hr"}:
            self._open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "div":
            self._head = ""

    def handle_data(self, data: str) -> None:
        """Take text to where it stands."""
        names = [one for one, _ in self._open]
        if "style" in names:
            return
        said = data.replace(_BLANK, " ")
        if "title" in names:
            self.title += said
            return
        self._said.append(f"{data} " if names and names[-1] in {"dt", "dd", "th", "td"} else data)
        if self._head:
            self.headline[self._head] += said
        for tag in ("h1", "h2", "h3", "h4"):
            if tag in names:
                level, text = self.headings[-1]
                self.headings[-1] = (level, text + said)
        if "caption" in names:
            self.tables[-1].caption += said
        elif "thead" in names and "th" in names:
            self.tables[-1].headings[-1] += said
        elif "tbody" in names and ("td" in names or "th" in names) and "table" in names:
            self.tables[-1].rows[-1][-1] += said
