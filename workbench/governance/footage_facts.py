"""What a file of footage says of its own times and of what is missing, in sentences for people.

A record keeps facts of a file as plain values; these read them wherever footage is told of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["facts_stated", "times_doubtful"]

_VARIABLE, _MISSING, _BACKWARDS = "variable", "missing", "backwards"
"""Values of `workbench.feeds.survey.Times`, as records keep them."""
_USUAL_FPS: Final = 25.0
"""By which times are counted where neither they nor a rate are known."""


def facts_stated(facts: Mapping[str, object]) -> tuple[str, ...]:
    """Return what whoever works with a file has to know, in sentences; none where all is well.

    Args:
        facts: of the file, by name, of which `times`, `fps` and `damage` are read.

    >>> facts_stated({"times": "even", "fps": 25.0, "damage": None})
    ()
    >>> facts_stated({"times": "even", "fps": 25.0, "damage": "it ends at 3.0 of 9.0 s"})
    ('Not all of it is there: it ends at 3.0 of 9.0 s.',)
    """
    said = []
    times, fps, damage = facts.get("times"), facts.get("fps"), facts.get("damage")
    if times == _VARIABLE:
        said.append("Its frame rate varies: times are those of its pictures, not counted.")
    if times == _MISSING:
        rate = float(fps) if isinstance(fps, int | float) else _USUAL_FPS
        said.append(
            f"Its pictures have no times of their own: times are counted at {rate:.3g} pictures a "
            "second and may be wrong throughout."
        )
    if times == _BACKWARDS:
        said.append(
            "Its times repeat or run backwards: from there on times are counted, and are not "
            "those that the camera wrote."
        )
    if damage:
        said.append(f"Not all of it is there: {damage}.")
    return tuple(said)


def times_doubtful(facts: Mapping[str, object]) -> bool:
    """Return whether some times of a file were counted, and are not those of its camera."""
    return facts.get("times") in {_MISSING, _BACKWARDS}
