"""How the state of an alert looks everywhere: a word, a shape and a colour, never colour alone.

The colours are those of Okabe and Ito (jfly.uni-koeln.de/color, 2008), made darker for white
paper where the original has less than 3:1 contrast (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["STATES", "AlertState"]


@dataclass(frozen=True, slots=True)
class AlertState:
    """One state of an alert.

    Attributes:
        word: the name of the state, as it is written and read aloud.
        explanation: what the state says, in a sentence part.
        shape: SVG elements in a box of 16 by 16, drawn in `currentColor`.
        colour: on a light ground.
        dark_colour: on a dark ground.
    """

    word: str
    explanation: str
    shape: str
    colour: str
    dark_colour: str


_STROKE = 'fill="none" stroke="currentColor" stroke-width="2.5"'
_CROSS = "M3 3 13 13M13 3 3 13"

_ALL = (
    AlertState(
        "open",
        "no person has decided",
        '<path d="M8 1.5 15 14.5H1Z" fill="currentColor"/>',
        "#c25400",
        "#e69f00",
    ),
    AlertState(
        "true-confirmed",
        "it is the person, confirmed",
        '<circle cx="8" cy="8" r="6.5" fill="currentColor"/>',
        "#00795a",
        "#2bc49a",
    ),
    AlertState(
        "true-unconfirmed",
        "thought to be the person, not confirmed",
        f'<circle cx="8" cy="8" r="5.5" {_STROKE}/>',
        "#0072b2",
        "#56b4e9",
    ),
    AlertState(
        "false-confirmed",
        "not the person, confirmed",
        f'<path d="{_CROSS}" fill="none" stroke="currentColor" stroke-width="4"/>',
        "#a5487d",
        "#dd93bb",
    ),
    AlertState(
        "false-unconfirmed",
        "thought not to be the person, not confirmed",
        '<path d="M4 1 8 5 12 1 15 4 11 8 15 12 12 15 8 11 4 15 1 12 5 8 1 4Z" fill="none" '
        'stroke="currentColor" stroke-width="1.5"/>',
        "#a5487d",
        "#dd93bb",
    ),
    AlertState(
        "unresolved",
        "could not be decided",
        f'<rect x="1.5" y="1.5" width="13" height="13" {_STROKE}/>'
        f'<path d="M5.7 6.2a2.3 2.3 0 1 1 2.3 2.5v1" fill="none" stroke="currentColor" '
        'stroke-width="1.6"/><circle cx="8" cy="11.8" r="1" fill="currentColor"/>',
        "#4d4d4d",
        "#c4c4c4",
    ),
)

STATES: Mapping[str, AlertState] = MappingProxyType({state.word: state for state in _ALL})
"""Every state by its word, in the order in which a decision refines them."""
