"""The footage of a case on a page: who is in view when, and who is a candidate of a search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ipywidgets

from widgets.footage_lanes import AppearanceBar, FootageLane, SearchHit
from widgets.footage_timeline import FootageTimeline
from widgets.form_panel import Action, Form, FormPanel
from workbench.governance.searches import SearchKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from workbench.bench import Workbench
    from workbench.bench.footage_views import AppearanceView, FootageView
    from workbench.bench.search_views import SearchFinding, SearchView

__all__ = ["FootageDesk", "lane_of"]

_OF_FOOTAGE = frozenset({SearchKind.FOOTAGE, SearchKind.EVERYONE})


class FootageDesk:
    """The footage of one case that is indexed.

    Attributes:
        form: says how things are, and looks again.
        timeline: a lane for each file.
        page: all of it, to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        *,
        on_look: Callable[[], object] = lambda: None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Show what is indexed.

        Args:
            bench: opened by whoever looks.
            case: its number.
            on_look: is told that somebody looked again.
            credits: of photographs that it may show, a sentence each.

        Raises:
            NotPermittedError: when the role may not look at footage.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._case = bench, case
        self._bars: dict[str, str] = {}
        self._shown: SearchView | None = None
        self._on_look = on_look
        self.timeline = FootageTimeline(
            clip=lambda appearance: bench.footage.clip(
                appearance, justification="playing the clip around an appearance of the case"
            ),
            credits=credits,
        )
        self.form = FormPanel(
            Form(
                label="Footage of the case",
                title="Footage of the case",
                about=(
                    (
                        "Who is in view when. One person may be several appearances, and who "
                        "anybody is nobody has said."
                    ),
                ),
                actions=(Action("look", "Look again"),),
            ),
            on_press=lambda _action, _values: self._look_again(),
        )
        self.refresh()
        self.page = ipywidgets.VBox([self.form, self.timeline])

    def refresh(self, search: SearchView | None = None) -> None:
        """Look again at what is indexed; from any thread.

        Args:
            search: whose candidates are shown from now on, where it was one of this footage; those
                that are shown stay, when left out.
        """
        if search is not None:
            self._shown = search if search.record.kind in _OF_FOOTAGE else None
        known = self._bench.footage.list(self._case)
        indexed = [one for one in known if one.state == "indexed"]
        waiting = len(known) - len(indexed)
        waits = f"{waiting} not indexed yet" if waiting else ""
        if not indexed:
            self.timeline.show((), ())
            self.form.show(
                status=waits or "The case has no footage. Add some with workbench case add-footage."
            )
            return
        seen = self._bench.footage.timeline(
            self._case, justification="opening the timeline of the case"
        )
        self._bars = {part: one.id for one in seen for part in (one.id, *one.parts)}
        hits, stated = {}, ""
        if (shown := self._shown) is not None:
            found = self._bench.searches.get(
                shown.id, justification="showing on the timeline what one's own search found"
            )
            hits, stated = _hits(found), shown.record.stated
        searches = self._bench.searches.list(self._case)
        lanes = [
            replace(lane_of(one), searched=_searched(one.id, searches, shown)) for one in indexed
        ]
        self.timeline.show(lanes, [_bar(one, hits) for one in seen], stated=stated)
        files = "1 file" if len(indexed) == 1 else f"{len(indexed)} files"
        said = f"{files} indexed, {len(seen)} appearances"
        self.form.show(tone="done", status=", ".join(one for one in (said, waits) if one))

    def play(self, appearance: str) -> None:
        """Play the clip around an appearance on the timeline; from any thread.

        Args:
            appearance: its id, or that of one of its parts.

        Raises:
            UsageError: when it is not on the timeline.
        """
        self.timeline.play(self._bars.get(appearance, appearance))

    def _look_again(self) -> None:
        self.refresh()
        self._on_look()

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        self.timeline.close()
        self.form.close()


def lane_of(one: FootageView) -> FootageLane:
    """Return a piece of footage as a lane."""
    footage = one.footage
    length = footage.facts.get("duration_s")
    known = footage.starts is not None
    return FootageLane(
        footage=one.id,
        name=footage.name,
        length_s=float(length) if isinstance(length, int | float) and length > 0 else 1.0,
        starts=footage.true_time(0.0),
        offset_s=-footage.clock_offset_s if known and footage.clock_offset_s else None,
        stated=footage.stated,
    )


def _searched(footage: str, searches: Iterable[SearchView], shown: SearchView | None) -> str:
    """Return what is said of whoever is in a file and no candidate of what is shown."""
    if shown is not None and footage in shown.record.target:
        return "not among its candidates"
    made = sum(one.record.kind in _OF_FOOTAGE and footage in one.record.target for one in searches)
    if not made:
        return "this file was not searched yet"
    times = "once" if made == 1 else f"{made} times"
    return f"none of this file is shown here; it was searched {times}, as the list of searches has"


def _bar(one: AppearanceView, hits: Mapping[str, SearchHit]) -> AppearanceBar:
    found = [hits[part] for part in dict.fromkeys((one.id, *one.parts)) if part in hits]
    return AppearanceBar(
        appearance=one.id,
        footage=one.footage,
        first_s=one.first_s,
        last_s=one.last_s,
        thumbnail=one.picture,
        hit=min(found, key=lambda hit: hit.rank, default=None),
    )


def _hits(found: SearchFinding) -> dict[str, SearchHit]:
    return {
        one.subject: SearchHit(
            rank=one.rank,
            score=one.score,
            meaning=one.meaning.text,
            rare=one.meaning.is_rare,
        )
        for one in found.document.candidates
    }
