"""Why something is done, in words: what is refused, and what is left to people to judge."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.governance.text import LONGEST_PROSE, in_words, name_in_words, require_reason


@pytest.mark.parametrize(
    "text",
    [
        "a test",
        "SAR 12",
        "On duty.",
        "  case 118/26 ",
        "Disproportionate",
        "two\nlines",
        "nötig ist",
    ],
)
def test_a_few_words_will_do(text: str) -> None:
    assert in_words(text) == text.strip()
    require_reason(text, what="it")


def test_a_script_without_spaces_will_do() -> None:
    assert in_words("\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341")


@pytest.mark.parametrize(
    "text",
    [
        ".",
        "?",
        "why",
        "looking",
        "a b",
        "- - -",
        "... !!! ???",
        "x 12",
        "x" * 10_000,
        "abc" * 9,
        "no no no no",
        "looking looking",
        "a" * 50 + " bc",
    ],
)
def test_what_says_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="says nothing that could be checked later; say why, in a"):
        in_words(text)
    with pytest.raises(RecordError) as refused:
        require_reason(text, what="the verdict", field="reason")
    assert str(refused.value) == (
        "the verdict cannot be used: reason: says nothing that could be checked later; say why, "
        "in a few words. Correct what is named."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; fill it in"),
        (" \n ", "is empty; fill it in"),
        ("a\x1b[2Jb c", "cannot be shown"),
        ("word " * LONGEST_PROSE, "are kept"),
    ],
)
def test_what_no_prose_is(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        in_words(text)


@pytest.mark.parametrize("text", [".", "x", "xxxx", "12", "- -", "MM"])
def test_what_names_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="names nothing that could be found later"):
        name_in_words(text)


@pytest.mark.parametrize("text", ["Policy 7", "J. Osei", "P1", "ICO", "16+1"])
def test_what_names_something(text: str) -> None:
    assert name_in_words(text) == text


@pytest.mark.parametrize("other", [None, 5, b"bytes"])
def test_what_is_no_text_is_left_to_the_record(other: object) -> None:
    require_reason(other, what="it")
