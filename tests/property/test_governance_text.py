"""Every text of every record is kept as text, or refused: by its length, or by what is in it.

All records of the product are walked, so that one that is added later is tried too.
"""

from __future__ import annotations

import importlib
import pkgutil
import types
import typing
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

import workbench
from workbench.governance.record import Record
from workbench.governance.text import LONGEST_PROSE, in_words

PARTS = ("governance", "identity", "records", "bench")
for _part in PARTS:
    _folder = Path(workbench.__file__).parent / _part
    for _, _name, _ in pkgutil.walk_packages([str(_folder)], f"workbench.{_part}."):
        importlib.import_module(_name)

OTHERWISE = {
    ("Draft", "details"): "a few words and numbers of the product, checked as a whole",
    ("Entry", "details"): "likewise",
    ("Processing",): "a table for people, made of entries that were checked",
    ("_Session", "token"): "signed by the bench itself, and shown to nobody",
    ("_User", "hash"): "made by the bench itself, and shown to nobody",
    ("_Users", "salt"): "likewise",
}
"""Texts that are checked in another way, and how."""
MARKUP = "<script>alert('1')</script><b onclick=\"x\">&amp;{{7*7}}[red]"
BREAKS = {"\n", "\t"}

Place = tuple[str, ...]


def descendants(record: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in record.__subclasses__():
        yield child
        yield from descendants(child)


RECORDS = sorted(
    {one for one in descendants(Record) if one.__module__.startswith("workbench.")},
    key=lambda one: (one.__qualname__, one.__module__),
)


def texts(kind: Any, place: Place, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[Place, Any]]:
    """Give each text within a type, as the type that checks it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        yield from texts(arguments[0], place, (*metadata, *arguments[1:]))
    elif kind is str:
        yield place, typing.Annotated[str, *metadata] if metadata else str
    elif origin in {typing.Union, types.UnionType}:
        for one in arguments:
            yield from texts(one, place, metadata)
    elif origin in {tuple, list, frozenset, set}:
        for one in arguments:
            yield from texts(one, (*place, "*"))
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from texts(arguments[0], (*place, "keys"))
        yield from texts(arguments[1], (*place, "values"))


def fields(record: type[BaseModel]) -> Iterator[tuple[Place, Any]]:
    hints = typing.get_type_hints(record, include_extras=True)
    for name, field in record.model_fields.items():
        yield from texts(hints[name], (record.__name__, name), tuple(field.metadata))


TEXTS = {
    place: kind
    for one in RECORDS
    for place, kind in fields(one)
    if not any(place[: len(other)] == other for other in OTHERWISE)
}


def test_the_records_are_found_with_their_texts() -> None:
    assert {"Application", "WatchlistEntry", "Verdict", "Hold", "CaseApplication"} <= {
        one.__name__ for one in RECORDS
    }
    assert len(TEXTS) > 60


@pytest.mark.parametrize("place", TEXTS, ids=".".join)
def test_long_text_is_refused_and_short_markup_is_kept_or_refused(place: Place) -> None:
    adapter = TypeAdapter[str](TEXTS[place])
    with pytest.raises(ValidationError):
        adapter.validate_python("x" * (LONGEST_PROSE + 1))
    try:
        kept = adapter.validate_python(MARKUP)
    except ValidationError:
        return  # an identifier, which holds no markup
    assert kept == MARKUP


@pytest.mark.parametrize("letter", ["\x1b", "\x00", "\x07", "\r", "\x9b", "\u202e", "\u2028"])
def test_what_a_terminal_would_obey_is_refused(letter: str) -> None:
    for kind in TEXTS.values():
        with pytest.raises(ValidationError):
            TypeAdapter[str](kind).validate_python(f"a{letter}b")


@pytest.mark.slow
@given(st.sampled_from(list(TEXTS)), st.text(max_size=300))
def test_whatever_is_kept_can_be_shown(place: Place, text: str) -> None:
    try:
        kept = TypeAdapter[str](TEXTS[place]).validate_python(text)
    except ValidationError:
        return
    assert kept == unicodedata.normalize("NFC", kept)
    assert kept == unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    assert all(letter.isprintable() or letter in BREAKS for letter in kept)


@given(st.text("abcdefgh12", min_size=1, max_size=4), st.integers(2, 200), st.sampled_from(" .\n"))
def test_a_short_piece_repeated_is_no_reason(piece: str, times: int, between: str) -> None:
    for text in (piece * times, between.join([piece] * times)):
        with pytest.raises(ValueError, match="says nothing"):
            in_words(text)


@given(st.permutations("abcdefg"), st.integers(1, 4))
def test_two_words_of_five_different_letters_are_a_reason(letters: list[str], at: int) -> None:
    text = f"{''.join(letters[:at])} {''.join(letters[at:5])}"
    assert in_words(text) == text
