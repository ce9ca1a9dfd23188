"""Names of accounts: what may be one, and which two are the same."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.identity.accounts import LONGEST_ACCOUNT, folded, read_account, same_account


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "not empty"),
        (" ", "character 1 is SPACE"),
        ("ann smith", "character 4 is SPACE"),
        ("ann ", "character 4 is SPACE"),
        ("ann\u00a0smith", "NO-BREAK SPACE"),
        ("ann\u200bsmith", "ZERO WIDTH SPACE"),
        ("ann\u3000smith", "IDEOGRAPHIC SPACE"),
        ("ann\u2060", "WORD JOINER"),
        ("ann\u3164", "HANGUL FILLER"),
        ("ann\uffa0", "HALFWIDTH HANGUL FILLER"),
        ("ann\u2800", "BRAILLE PATTERN BLANK"),
        ("ann\u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("ann\n", "U\\+000A"),
        ("ann\x00", "U\\+0000"),
        ("ann\x1b[31m", "U\\+001B"),
        ("<b>ann</b>", "LESS-THAN SIGN"),
        ("../ann", "character 3 is SOLIDUS"),
        ("ann;x", "SEMICOLON"),
        ("\ufdfa", "ARABIC LIGATURE"),  # whose normal form has spaces
        ("ann\u0661", "ARABIC-INDIC DIGIT ONE"),
        ("ann\ud800", "U\\+D800"),
        ("-ann", "begins with a letter or a digit"),
        (".", "begins with a letter or a digit"),
        ("..", "begins with a letter or a digit"),
        ("\u0430nn", "Cyrillic and Latin"),
        ("\u03bfscar", "Greek and Latin"),
        ("a" * (LONGEST_ACCOUNT + 1), "at most 64 characters, this one 65"),
        ("a" * 10_000, "this one 10,000"),
        ("\ufb03" * 30, "once it is normalised"),
    ],
)
def test_what_is_no_account(name: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason) as refusal:
        read_account(name, what="the account of this row")
    assert str(refusal.value).startswith("the account of this row cannot be used: ")
    assert "Correct the name." in str(refusal.value)
    if len(name) > 3:
        assert name not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a", "a"),
        ("7", "7"),
        ("Ann.Smith-2_x@force.example", "Ann.Smith-2_x@force.example"),
        ("a" * LONGEST_ACCOUNT, "a" * LONGEST_ACCOUNT),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("\uff21\uff2e\uff2e\uff11", "ANN1"),  # full-width
        ("анна", "анна"),
        ("山田", "山田"),
    ],
)
def test_what_is_one(name: str, kept: str) -> None:
    assert read_account(name) == kept
    assert read_account(kept) == kept


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ann", "ann", True),
        ("ann", "ANN", True),
        ("stra\u00dfe", "STRASSE", True),
        ("\uff41nn", "Ann", True),
        ("Zoe\u0308", "ZOË", True),
        ("\u212aim", "kim", True),  # the Kelvin sign
        ("ann", "anna", False),
        ("ann", "an.n", False),
        ("", "ann", False),
    ],
)
def test_two_names_of_one_account(one: str, other: str, same: bool) -> None:
    assert same_account(one, other) is same
    assert (folded(one) == folded(other)) is same
