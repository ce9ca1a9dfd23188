"""The page of a deletion certificate: what went, what did not, how late, and how to check it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from workbench.governance.certificates import (
    DeletionCertificate,
    Disclosed,
    Leftover,
    Result,
    seconds_late,
)
from workbench.governance.retention import RetentionClass
from workbench.reports.certificates import (
    CertificatePage,
    certificate_json,
    lateness,
    render_certificate,
)

STARTED = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>{{ 7*7 }}'


def certificate(**changes: Any) -> DeletionCertificate:
    """A certificate that is in order."""
    values = {
        "id": "certificate-1",
        "bench": "bench-1",
        "retention": RetentionClass.WATCHLIST,
        "purpose": "deployment-1",
        "counts": {"references": 12034, "sealed-objects": 1},
        "objects": ("watchlist-1",),
        "keys": ("key-1",),
        "due": STARTED,
        "started": STARTED,
        "finished": STARTED,
        "method": "First each data key was destroyed; then the rest.",
        "result": Result.COMPLETE,
        "checker": "workbench",
    } | changes
    values["late_by_s"] = seconds_late(values["due"], values["finished"])
    return DeletionCertificate(**values)


def page(one: DeletionCertificate, **changes: Any) -> CertificatePage:
    values = {
        "certificate": one,
        "reference": "2026-11/HIGH-ST-1",
        "head_seq": 421,
        "head_hash": "ab" * 32,
        "witness": "/mnt/elsewhere/bench-1.jsonl",
    } | changes
    return CertificatePage(**values)


class Outline(HTMLParser):
    """Collects tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_an_empty_certificate_says_that_there_was_nothing() -> None:
    html = render_certificate(page(certificate(objects=(), keys=(), counts={})))
    assert html.count("<p>None.</p>") == 2
    assert "Nothing of it was recorded as given to anybody." in html
    assert "Nothing that was looked for." in html


def test_it_shows_what_went_keys_first_and_how_to_check_it() -> None:
    one = certificate()
    html = render_certificate(page(one))
    for said in (
        "12,034",
        "watchlist-1",
        "The watchlist of 2026-11/HIGH-ST-1 was destroyed, in time.",
        one.digest(),
        "ab" * 32,
        "/mnt/elsewhere/bench-1.jsonl",
        "2026-11-26 16:00 UTC",
    ):
        assert said in html
    assert html.index("key-1") < html.index("watchlist-1")


@pytest.mark.parametrize(
    ("due", "late", "words"),
    [
        (None, timedelta(0), "before any date was set for it"),
        (STARTED + timedelta(hours=1), timedelta(0), "in time"),
        (STARTED, timedelta(0), "in time"),
        (STARTED, timedelta(microseconds=1), "1 s late"),
        (STARTED, timedelta(minutes=90), "1 h 30 min late"),
        (STARTED, timedelta(days=1), "1 day late"),
        (STARTED, timedelta(days=3, hours=2), "3 days 2 h late"),
    ],
)
def test_lateness_in_words(due: datetime | None, late: timedelta, words: str) -> None:
    one = certificate(due=due, finished=STARTED + late)
    assert lateness(one) == words
    assert words in render_certificate(page(one))


def test_a_partial_one_says_first_of_all_that_not_everything_is_gone() -> None:
    one = certificate(
        remaining=("object-9",),
        held=("alert-7",),
        leftovers=(Leftover(where="/home/somebody/x.ipynb", what="a notebook with pictures"),),
        result=Result.PARTIAL,
    )
    html = render_certificate(page(one))
    assert html.index("Not everything is gone.") < html.index("<h1>")
    assert "as far as it could be" in html
    for said in ("object-9", "alert-7", "/home/somebody/x.ipynb", "Kept by legal holds"):
        assert said in html


def test_what_cannot_be_recalled_is_listed() -> None:
    one = certificate(
        disclosed=(Disclosed(id="export-1", what="page", recipient="CPS", at=STARTED),)
    )
    html = render_certificate(page(one))
    assert "These cannot be recalled from here." in html
    assert "CPS" in html


def test_hostile_text_is_shown_and_never_obeyed() -> None:
    one = certificate(
        disclosed=(Disclosed(id="export-1", what=HOSTILE, recipient=HOSTILE, at=STARTED),),
        leftovers=(Leftover(where=HOSTILE, what=HOSTILE),),
        checker=HOSTILE,
        method=HOSTILE,
        result=Result.PARTIAL,
    )
    html = render_certificate(page(one, reference=HOSTILE, witness=HOSTILE))
    outline = Outline(html)
    assert not {"script", "img"} & {tag for tag, _ in outline.tags}
    assert "{{ 7*7 }}" in html, "no template is read in it"
    assert sum(HOSTILE in text for text in outline.text) >= 8


def test_nothing_is_fetched_and_nothing_runs() -> None:
    outline = Outline(render_certificate(page(certificate())))
    assert not {"script", "img", "iframe", "object", "embed", "form"} & {
        tag for tag, _ in outline.tags
    }
    (policy,) = [one["content"] for _, one in outline.tags if "http-equiv" in one]
    assert "img-src data:;" in str(policy), "its icon is empty, and lies in the page"
    for tag, attributes in outline.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        address = attributes.get("href") or attributes.get("src") or "#"
        assert address.startswith(("#", "data:")), (tag, attributes)


def test_headings_links_and_language() -> None:
    outline = Outline(render_certificate(page(certificate())))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [
        attributes["aria-labelledby"]
        for _, attributes in outline.tags
        if "aria-labelledby" in attributes
    ]
    assert set(named) <= set(ids)
    inner = [href for _, a in outline.tags if (href := a.get("href") or "").startswith("#")]
    assert {href[1:] for href in inner} <= set(ids)
    assert ("html", {"lang": "en"}) in outline.tags
    assert all(a.get("scope") for tag, a in outline.tags if tag == "th")


def test_the_json_has_the_digest_of_what_it_holds() -> None:
    one = certificate()
    found = json.loads(certificate_json(page(one)))
    canonical = json.dumps(
        found["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == found["digest"] == one.digest()
    assert found["audit"]["head_seq"] == 421
    assert DeletionCertificate.read(found["certificate"], what="it") == one
