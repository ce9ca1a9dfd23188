"""What counts as asserted in a test, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from asserted_texts import asserted_texts

HOME = str(Path(__file__).relative_to(Path(__file__).parents[2]))
CONSTANT = "of a constant"
BY_NAME = {"a": "of a table"}


def refuses(words: str) -> None:
    """A helper that expects an error."""
    with pytest.raises(ValueError, match=words):
        raise ValueError(words)


@pytest.mark.parametrize(("given", "said"), [("not this", "of parametrize"), pytest.param("no", "of param")])  # fmt: skip
def test_what_is_asserted(given: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"of a pattern.*cut up\.") as raised:
        raise ValueError("of a pattern, cut up." + said + CONSTANT)
    text = str(raised.value)
    assert said in text
    assert CONSTANT in text
    assert all(denied not in text for denied in BY_NAME.values())
    assert any(words in "of a loop" for words in ("of a loop",))
    assert len("what goes into a call") == 21
    refuses("of a helper")


@pytest.mark.parametrize(
    "text",
    ["of parametrize", "of param", "of a pattern", "cut up.", "of a constant", "of a loop", "of a helper"],
)  # fmt: skip
def test_it_is_found(text: str) -> None:
    assert text in asserted_texts(HOME, "test_what_is_asserted")


@pytest.mark.parametrize("text", ["not this", "no", "of a table", "what goes into a call"])
def test_what_is_only_handed_in_or_denied_is_not(text: str) -> None:
    assert text not in asserted_texts(HOME, "test_what_is_asserted")
