"""What a comparison of two pieces of footage asks for on a page, and the words that follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from widgets.form_panel import Action, Field
from widgets.pair_words import AS_GOOD
from widgets.search_form import footage_words
from workbench.governance.footage_times import begins_at
from workbench.governance.searches import DEFAULT_LENGTH, LONGEST_LENGTH

if TYPE_CHECKING:
    from workbench.bench.footage_views import FootageView
    from workbench.bench.search_views import PairsFinding, SearchView
    from workbench.governance.policies import ThresholdPolicy

__all__ = ["AGAIN", "COMPARE", "found_words", "pairs_fields", "waits_words"]

COMPARE: Final = Action("compare", "Compare the two", first=True)
AGAIN: Final = Action("again", "Show that one again")
_OWN: Final = ("", "the product's own for the encoder of the settings")
_LENGTH: Final = Field(
    "length",
    "Most pairs",
    "number",
    str(DEFAULT_LENGTH),
    least=1,
    most=LONGEST_LENGTH,
)
_REASON: Final = Field(
    "reason",
    "Why the two are compared",
    "area",
    placeholder="A sentence; it is kept in the log.",
    most=1000,
)


def pairs_fields(
    known: tuple[Field, ...],
    footage: Sequence[FootageView],
    policies: Sequence[ThresholdPolicy],
    earlier: Sequence[SearchView],
) -> tuple[Field, ...]:
    """Return the fields; what was filled in or chosen stays, where it can.

    Args:
        known: fields as they are, if any.
        footage: that is indexed.
        policies: that the bench has.
        earlier: comparisons that were made, by when.
    """
    if not footage:
        return ()
    before = {one.name: one for one in known}
    pieces = [(one.id, _piece(one, words)) for one, words in _worded(footage)]
    chosen = [
        _chosen(before, Field("first", "First", "select", pieces[0][0], tuple(pieces))),
        _chosen(before, Field("second", "Second", "select", pieces[-1][0], tuple(pieces))),
        _chosen(
            before,
            Field(
                "policy",
                "From which score on two are a pair: threshold policy",
                "select",
                "",
                (_OWN, *((one.id, _policy(one)) for one in policies)),
            ),
        ),
        before.get("length", _LENGTH),
        before.get("reason", _REASON),
    ]
    if earlier:
        options = tuple((one.id, _earlier(one)) for one in reversed(earlier))
        # The newest, since what somebody just compared is what they would look at again.
        chosen.append(Field("earlier", "Compared before", "select", options[0][0], options))
    return tuple(chosen)


def waits_words(pieces: int) -> str:
    """Return what has to be there before anything can be compared."""
    if pieces > 1:
        return "Choose two, and say why."
    have = "1 piece" if pieces else "no piece"
    return f"Two pieces of footage are compared, and {have} of this case is indexed."


def found_words(found: PairsFinding) -> str:
    """Return what a comparison came to."""
    view, entries = found.view, found.document.pairs
    when = f"Compared at {view.at:%Y-%m-%d %H:%M:%S} UTC"
    if not entries:
        return f"{when}: no pair. {AS_GOOD}"
    many = "1 pair" if len(entries) == 1 else f"{len(entries)} pairs"
    return f"{when}: {many}."


def _worded(footage: Sequence[FootageView]) -> zip[tuple[FootageView, str]]:
    return zip(footage, footage_words(footage), strict=True)


def _piece(one: FootageView, words: str) -> str:
    starts = one.footage.true_time(0.0)
    when = "time of day unknown" if starts is None else f"from {begins_at(starts)}"
    return f"{words}, {when}"


def _policy(one: ThresholdPolicy) -> str:
    return f"{one.id}: {one.threshold:.2f} {one.unit}, {one.approval}, {one.equity_words}"


def _earlier(view: SearchView) -> str:
    facts = view.record.pairs
    above = 0 if facts is None else facts.above
    many = "no pair" if not above else "1 pair" if above == 1 else f"{above} pairs"
    return f"{view.at:%Y-%m-%d %H:%M:%S} UTC by {view.actor}: {many}"


def _chosen(before: dict[str, Field], field: Field) -> Field:
    """Return a field with the value that was chosen before, if that can still be chosen."""
    value = before[field.name].value if field.name in before else field.value
    known = {one for one, _ in field.options}
    return replace(field, value=value) if value in known else field
