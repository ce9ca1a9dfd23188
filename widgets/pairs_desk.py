"""Two pieces of footage of a case on a page: compared for the same people, and the pairs shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import ipywidgets

from widgets.comparison_view import ComparedPicture, ComparisonView
from widgets.footage_desk import lane_of
from widgets.form_panel import Action, Form, FormPanel
from widgets.found_search import AS_IT_STANDS
from widgets.pair_list import PairAct, PairList
from widgets.pair_words import pair_id
from widgets.pairs_form import (
    AGAIN,
    COMPARE,
    found_words,
    pairs_fields,
    waits_words,
)
from widgets.search_form import number_of
from workbench.errors import RecordError, UsageError

if TYPE_CHECKING:
    from widgets.footage_lanes import FootageLane
    from workbench.bench import Workbench
    from workbench.bench.search_views import PairsFinding, SearchView
    from workbench.faces.analysis import FaceAnalyser
    from workbench.retrospective.pairs_document import PairEntry, PairSide

__all__ = ["PairsDesk"]

_BUSY: Final = (
    "Comparing. Every appearance of the one is compared with every look at those of the other."
)


class PairsDesk:
    """The comparisons of two pieces of footage of one case.

    Attributes:
        form: which two, from which score on, and why.
        pairs: shows what the newest comparison found, or an earlier one that is chosen.
        comparison: both faces of the pair that was chosen, at equal scale.
        page: all of it, to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        *,
        analyser: FaceAnalyser,
        play: Callable[[str], object],
        on_searched: Callable[[SearchView], object] = lambda _: None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with nothing compared.

        Args:
            bench: opened by whoever searches.
            case: its number.
            analyser: loaded models, which find a face again where two are compared at one scale.
            play: plays the clip around an appearance.
            on_searched: is told of a search that was made with one of a pair.
            credits: of photographs that it may show, a sentence each.

        Raises:
            NotPermittedError: when the role may not look at footage or searches.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._case, self._analyser = bench, case, analyser
        self._play, self._on_searched = play, on_searched
        self._lanes: dict[str, FootageLane] = {}
        self._found: PairsFinding | None = None
        self.pairs = PairList(on_act=self._act, credits=credits)
        self.comparison = ComparisonView(names=("first", "second"), choose="Choose a pair.")
        self.form = FormPanel(
            Form(
                label="Two pieces of footage",
                title="Two pieces of footage, for the same people",
                about=(
                    (
                        "Everybody in view of the one is compared with everybody in view of the "
                        "other, within this case alone. That there is no pair is as good a result "
                        "as any."
                    ),
                ),
                problem_title="Not done.",
            ),
            on_press=self._pressed,
        )
        self.refresh()
        self.page = ipywidgets.VBox([self.form, self.pairs, self.comparison])

    @property
    def found(self) -> PairsFinding | None:
        """What is shown; `None` before the first."""
        return self._found

    def refresh(self) -> None:
        """Look again at what can be compared, and what was; from any thread."""
        known = [one for one in self._bench.footage.list(self._case) if one.state == "indexed"]
        self._lanes = {one.id: lane_of(one) for one in known}
        earlier = [
            one for one in self._bench.searches.list(self._case) if one.record.pairs is not None
        ]
        policies = self._bench.policies.list()
        ready = len(known) > 1
        actions: list[Action] = [replace(COMPARE, disabled=not ready)]
        if earlier:
            actions.append(AGAIN)
        self.form.show(
            fields=pairs_fields(self.form.form.fields, known, policies, earlier),
            actions=tuple(actions),
        )
        if self._found is None:
            self.form.show(tone="waits", status=waits_words(len(known)))

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        self._found = None
        for part in (self.form, self.pairs, self.comparison):
            part.close()

    def _pressed(self, action: str, values: Mapping[str, str]) -> None:
        if action == AGAIN.name:
            self._show(values["earlier"], "looking again at the pairs of two pieces of footage")
            return
        self._disable()
        self.form.show(tone="busy", status=_BUSY)
        try:
            view = self._bench.searches.between_footage(
                self._case,
                values["first"],
                values["second"],
                reason=values["reason"],
                policy=values["policy"] or None,
                length=number_of(values["length"]),
            )
        finally:
            self.refresh()
        self._show(view.id, "looking at the pairs of one's own search")

    def _show(self, search: str, why: str) -> None:
        found = self._bench.searches.pairs(search, justification=why)
        self.comparison.clear()
        self.pairs.show(found, self._lanes)
        self._found = found
        self.form.show(tone="done", status=found_words(found))

    def _disable(self) -> None:
        self.form.show(actions=tuple(replace(one, disabled=True) for one in self.form.form.actions))

    def _act(self, action: PairAct, pair: str) -> None:
        if (found := self._found) is None:
            msg = "nothing was compared yet. Compare two pieces of footage first."
            raise UsageError(msg)
        entry = next(one for one in found.document.pairs if pair_id(one.rank) == pair)
        if action is PairAct.COMPARE:
            self.comparison.show(self._picture(entry.first), self._picture(entry.second))
        elif action is PairAct.PLAY_FIRST:
            self._play(entry.first.appearance)
        elif action is PairAct.PLAY_SECOND:
            self._play(entry.second.appearance)
        else:
            self._search(found, entry, first=action is PairAct.SEARCH_FIRST)

    def _picture(self, side: PairSide) -> ComparedPicture:
        """Return the best look at somebody, cut out of the file anew, with the eyes found in it."""
        from workbench.faces.analysis import primary_face  # noqa: PLC0415 - loads OpenCV
        from workbench.images import load_image  # noqa: PLC0415

        looks = self._bench.footage.probe_of(
            side.appearance,
            justification="comparing the two of a pair at equal scale",
            analyser=self._analyser,
        )
        image = load_image(looks.pictures[0])
        faces = self._analyser.detect(image)
        best = primary_face(faces, image.shape)
        if best is None:
            msg = (
                f"the eyes of {side.appearance} are not found in its picture, so that the two "
                "cannot be shown at equal scale. Look at their pictures in the list."
            )
            raise RecordError(msg)
        (right_x, right_y), (left_x, left_y) = faces.landmarks[best, :2].tolist()
        caption = f"{looks.origin}; {AS_IT_STANDS}"
        return ComparedPicture(image, (right_x, right_y), (left_x, left_y), caption)

    def _search(self, found: PairsFinding, pair: PairEntry, *, first: bool) -> None:
        """Search the footage of the one with the other, for examiners to conclude on."""
        reason = self.form.values["reason"]
        side = pair.first if first else pair.second
        other = found.view.record.target[1 if first else 0]
        self.form.show(problem="", tone="busy", status="Searching with one of the pair.")
        try:
            probe = self._bench.footage.probe_of(
                side.appearance, justification=reason, analyser=self._analyser
            )
            view = self._bench.searches.against_footage(
                self._case, probe, reason=reason, footage=[other], analyser=self._analyser
            )
        except Exception:
            self.form.show(tone="done", status=found_words(found))
            raise
        self._on_searched(view)
        self.form.show(
            tone="done",
            status=(
                f"Searched with the {'first' if first else 'second'} of pair {pair.rank} in the "
                f"other footage at {view.at:%Y-%m-%d %H:%M:%S} UTC. The candidates stand below "
                "Search, and are with the examiners."
            ),
        )
