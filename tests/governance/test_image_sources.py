"""Where images may come from, and where they may not."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.governance.image_sources import (
    REFUSED_SOURCES,
    SOURCE_LIST_SOURCE,
    ImageSource,
    ImageSourceField,
    image_source,
)
from workbench.governance.record import Record


class Sourced(Record):
    source: ImageSourceField


@pytest.mark.parametrize("source", ImageSource)
def test_what_is_allowed_is_read_however_it_is_typed(source: ImageSource) -> None:
    assert source.explanation
    for word in (source, str(source), source.upper(), f" {source.replace('-', ' ')} "):
        assert image_source(word) is source
        assert Sourced.read({"source": word}, what="it").source is source
    assert image_source(source.replace("-", "_")) is source


@pytest.mark.parametrize("word", REFUSED_SOURCES)
def test_every_refused_word_gets_its_reason(word: str) -> None:
    with pytest.raises(RecordError) as refused:
        image_source(word)
    assert REFUSED_SOURCES[word] in str(refused.value)
    with pytest.raises(RecordError) as refused:
        Sourced.read({"source": word}, what="entry 3")
    assert str(refused.value).startswith("entry 3 cannot be used: source: ")
    assert REFUSED_SOURCES[word] in str(refused.value)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("passport", "01.FOI.25.044245, May 2025"),
        ("Driving Licence", "01.FOI.25.044245, May 2025"),
        ("UK passport scan", "01.FOI.25.044245, May 2025"),
        ("DVLA_record", "01.FOI.25.044245, May 2025"),
        ("open web", "lawfully hold"),
        ("Social Media", "lawfully hold"),
        ("facebook page", "lawfully hold"),
        ("other", "[124]"),
        ("OTHER", "[124]"),
        ("", "[124]"),
    ],
)
def test_the_reason_names_its_source(word: str, reason: str) -> None:
    with pytest.raises(RecordError) as refused:
        image_source(word)
    assert reason in str(refused.value)


@pytest.mark.parametrize("word", ["a drawer", "custodyx", "web custody", "c" * 10_000, "<b>"])
def test_any_other_word_is_refused_without_being_repeated(word: str) -> None:
    with pytest.raises(RecordError) as refused:
        image_source(word)
    assert word not in str(refused.value)


@pytest.mark.parametrize("value", [None, 0, True, ["custody"], {}])
def test_what_is_no_word_is_refused(value: object) -> None:
    with pytest.raises(RecordError, match="source: must be one of custody, warrant-file"):
        Sourced.read({"source": value}, what="entry 3")


def test_no_word_is_both_allowed_and_refused() -> None:
    assert not set(REFUSED_SOURCES) & {str(source) for source in ImageSource}


def test_the_list_is_said_to_be_chosen() -> None:
    assert "the product's own choice" in SOURCE_LIST_SOURCE.describe()
