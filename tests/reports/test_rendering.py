"""The page of alerts: whole, escaped, offline, honest about what it does not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from workbench.reports import STATES, AlertsPage, AlertView, clock, render_alerts

BuildPage = Callable[..., AlertsPage]
BuildAlert = Callable[..., AlertView]


class Outline(HTMLParser):
    """Collects what the tests ask about: tags, headings, addresses, ids, alternative texts."""

    def __init__(self, html: str) -> None:
        """Read `html` whole."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every `tag`."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0:00.0"), (9.94, "0:09.9"), (59.96, "1:00.0"), (3599.99, "1:00:00.0")],
)
def test_clock(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


def test_a_page_without_alerts_says_what_that_means(build_page: BuildPage) -> None:
    html = render_alerts(build_page(staged=False, missed=()))
    assert "No face in this feed reached the threshold, so there is nothing to decide." in html
    assert "<article" not in html
    assert "Right or wrong" not in html


def test_an_empty_feed_has_no_timeline(build_page: BuildPage) -> None:
    assert 'class="timeline"' not in render_alerts(build_page(duration_s=0.0))


def test_every_alert_is_there_with_two_pictures_score_and_meaning(
    build_page: BuildPage, build_alert: BuildAlert
) -> None:
    alerts = [build_alert(number) for number in (1, 2, 3)]
    outline = Outline(render_alerts(build_page(*alerts)))
    pictures = outline.all("img")
    assert len(pictures) == 2 * len(alerts)
    assert [image["src"] for image in pictures] == [
        side.uri for alert in alerts for side in (alert.probe, alert.reference)
    ]
    assert all(image["alt"] for image in pictures)
    text = " ".join(outline.text)
    assert text.count("1 in 6,000") == 6, "short in the table, whole beside the pictures"
    assert text.count("1 in 6,000 faces of people who are not on the list score this high") == 3
    assert "5.12" in text
    assert "\u22121.25" in text, "a minus sign, not a hyphen"
    assert "no person has decided" in text
    assert "28 px between the eyes, below 30 px." in text


def test_a_score_is_never_a_percentage(build_page: BuildPage, build_alert: BuildAlert) -> None:
    """Only the word for an interval carries the sign."""
    outline = Outline(render_alerts(build_page(build_alert())))
    body = " ".join(outline.text[outline.text.index("Alerts of a crowd") + 1 :])
    assert re.findall(r"\S+\s*%\s*\S*", body) == ["95 % interval"] * body.count("95 % interval")


def test_names_are_escaped(build_page: BuildPage, build_alert: BuildAlert) -> None:
    bad = '<script>alert("x")</script>'
    html = render_alerts(build_page(build_alert(person=bad), feed=bad, title=bad))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_nothing_is_fetched_and_nothing_runs(
    build_page: BuildPage, build_alert: BuildAlert
) -> None:
    outline = Outline(render_alerts(build_page(build_alert())))
    assert not {"script", "iframe", "object", "embed"} & {tag for tag, _ in outline.tags}
    for tag, attributes in outline.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        for name in ("src", "srcset", "data", "poster"):
            address = attributes.get(name)
            assert address is None or address.startswith("data:"), (tag, attributes)
    assert all((link["href"] or "").startswith("data:") for link in outline.all("link"))


def test_inner_links_lead_somewhere(build_page: BuildPage, build_alert: BuildAlert) -> None:
    outline = Outline(render_alerts(build_page(build_alert(1), build_alert(2))))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = [href[1:] for link in outline.all("a") if (href := link["href"] or "")[0] == "#"]
    assert set(inner) <= set(ids)
    assert {"alert-1", "alert-2"} <= set(inner)
    named = [attributes.get("aria-labelledby") for _, attributes in outline.tags]
    assert {name for name in named if name} <= set(ids)


def test_headings_go_down_one_level_at_a_time(
    build_page: BuildPage, build_alert: BuildAlert
) -> None:
    outline = Outline(render_alerts(build_page(build_alert())))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("word", list(STATES))
def test_each_state_is_word_and_shape(
    word: str, build_page: BuildPage, build_alert: BuildAlert
) -> None:
    html = render_alerts(build_page(build_alert(state=word)))
    assert f"<b>{word}</b>: {STATES[word].explanation}" in html
    assert STATES[word].shape in html


def test_states_differ_in_shape() -> None:
    assert len({state.shape for state in STATES.values()}) == len(STATES) == 6


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two `#rrggbb` colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_states_and_text(build_page: BuildPage) -> None:
    html = render_alerts(build_page())
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*#[0-9a-f]{6}[^}]*)\}", html)[:2]
    )
    for palette, name in ((light, "colour"), (dark, "dark_colour")):
        for ground in ("ground", "panel"):
            for ink in ("ink", "quiet", "accent"):
                assert _contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
            for ink in ("right", "wrong", "bar"):
                assert _contrast(palette[ink], palette[ground]) >= 3, (ink, ground)
            for word, state in STATES.items():
                assert _contrast(getattr(state, name), palette[ground]) >= 3, word


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"category": "demonstration"}, "Category: demonstration."),
        ({"notices": ("The feed was cut at 0:03.0.",)}, "The feed was cut at 0:03.0."),
        ({"missed": ()}, "None: every listed person who was staged raised an alert."),
        ({}, "staged from 3.0 s"),
        ({}, "Five people prove only that the parts work."),
        ({}, "https://example.org/a.jpg"),
    ],
)
def test_what_a_page_must_say(changes: dict[str, Any], words: str, build_page: BuildPage) -> None:
    assert words in render_alerts(build_page(**changes))
