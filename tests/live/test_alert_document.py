"""An alert as bytes: all of it comes back, and nothing that a search could start from."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from alert_values import drawn_alert, face, sealed_document

from workbench.errors import VaultError, WatchlistError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.images import encode_jpeg
from workbench.live.alert_document import Reference, decode_alert
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist, WatchlistReference


def test_all_of_an_alert_comes_back() -> None:
    alert = drawn_alert(contests="alert-0", hidden=0.25)
    document = decode_alert(sealed_document(alert), alert.id)
    np.testing.assert_array_equal(document.probe_image(), alert.probe)
    assert document.reference_image().shape == (160, 160, 3)
    assert document.candidates == (("subject-1", 3.5), ("subject-2", -1.25))
    assert (document.subject, document.score, document.threshold) == ("subject-1", 3.5, 2.5)
    assert (document.contests, document.hidden) == ("alert-0", 0.25)
    assert (document.entry, document.category) == ("entry-1", "witness")
    assert (document.probe_verdict, document.verdict) == ("warn", "accept")
    assert document.box == tuple(alert.box.tolist())
    assert (document.references, document.matcher) == (1200, "fused")


def test_there_is_no_template_in_it_and_its_repr_shows_no_face() -> None:
    values = json.loads(sealed_document(drawn_alert()))
    numbers = [value for value in values.values() if isinstance(value, list)]
    assert all(len(value) <= 4 for value in numbers)
    document = decode_alert(sealed_document(drawn_alert()), "alert-1")
    assert "probe=" not in repr(document)
    assert "reference=" not in repr(document)
    assert len(repr(document)) < 1000


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: b"[]",
        lambda content: b"null",
        lambda content: content.replace(b'"score":3.5', b'"score":"high"'),
        lambda content: content.replace(b'"subject":', b'"person":'),
        lambda content: content.replace(b'"box":[10.0,', b'"box":['),
        lambda content: content.replace(b'"probe":"iVBOR', b'"probe":"!VBOR'),
    ],
)
def test_what_is_no_alert_is_refused_without_a_word_of_it(damage: object) -> None:
    content = damage(sealed_document(drawn_alert()))  # type: ignore[operator]
    with pytest.raises(VaultError, match="alert alert-7 cannot be read") as raised:
        decode_alert(content, "alert-7")
    assert "subject-1" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_another_version_is_named() -> None:
    content = sealed_document(drawn_alert()).replace(b'"version":1', b'"version":2')
    with pytest.raises(VaultError, match="has version 2; this workbench reads 1"):
        decode_alert(content, "alert-7")


def test_a_picture_that_is_damaged_behind_its_header_is_named() -> None:
    values = json.loads(sealed_document(drawn_alert()))
    values["probe"] = "aGVsbG8="
    document = decode_alert(json.dumps(values).encode(), "alert-7")
    with pytest.raises(VaultError, match="the probe of the alert cannot be shown"):
        document.probe_image()


IDENTITY = EncoderIdentity("sface", "none", "0" * 64, "none/1", 4)


def watchlist() -> Watchlist:
    """A list of two references of one person and one of another."""
    subjects = ("subject-1", "subject-2", "subject-1")
    references = tuple(
        WatchlistReference(
            subject, f"{at}.jpg", "0" * 64, "accept", (), {}, f"entry-{at}", "witness"
        )
        for at, subject in enumerate(subjects)
    )
    return Watchlist(
        name="drawn",
        created=datetime(2026, 11, 25, tzinfo=UTC),
        detector="drawn",
        references=references,
        templates={"sface": Templates(np.eye(4, dtype=np.float32)[:3], IDENTITY)},
        thumbnails=Thumbnails.from_images(face(at, 160) for at in range(3)),
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [(2, 2), (0, 0), (None, 0), (1, 0)],
    ids=["best", "first", "?", "another's"],
)
def test_the_reference_shown_is_the_one_that_compared_best(row: int | None, expected: int) -> None:
    people = watchlist()
    reference = Reference.of(drawn_alert(reference=row), people)
    assert (reference.entry, reference.source) == (f"entry-{expected}", f"{expected}.jpg")
    assert reference.category == "witness"
    assert reference.jpeg == encode_jpeg(people.thumbnails[expected])
    assert "jpeg=" not in repr(reference)


def test_an_alert_for_nobody_on_the_list_is_a_fault() -> None:
    with pytest.raises(WatchlistError, match="names somebody who is not on the list"):
        Reference.of(drawn_alert(subject="subject-9", reference=None), watchlist())
