"""Real clips of people who speak, searched under the default policy for over 200 people of LFW."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from list_values import checked_and_reviewed, entry_of

from workbench.bench.list_views import EntryImage
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

REFERENCE = "2026-11/HIGH-ST-1"
PEOPLE = 200
ASKED = 232
"""Some of their photographs cannot be enrolled."""
PHOTOGRAPHS = 4
"""Of each speaker, at most; the others have one."""
SPEAKERS = ("Angelina_Jolie", "Bill_Clinton", "Tony_Blair")
OTHERS = ("gloria_estefan", "noam_chomsky")
"""Speakers who are not in LFW."""


def images(lfw: Path, names: list[str]) -> list[EntryImage]:
    """Return the entries of people, with their photographs."""
    return [
        EntryImage(entry_of(name, image=image.name), image)
        for name in names
        for image in sorted((lfw / name).glob("*.jpg"))[: PHOTOGRAPHS if name in SPEAKERS else 1]
    ]


def test_each_speaker_who_is_listed_is_alerted_and_nobody_else(
    *,
    bench: Any,
    authorised: Callable[..., str],
    settings: Settings,
    store: ArtefactStore,
    lfw: Path,
    shared_data: Path,
) -> None:
    clips = {
        name: shared_data / "videos" / f"speaker_{name.lower()}.avi"
        for name in (*SPEAKERS, *OTHERS)
    }
    absent = [str(path) for path in clips.values() if not path.is_file()]
    if absent:
        pytest.skip(f"needs {', '.join(absent)}")
    bench.settings = bench.settings.model_copy(update={"cache": settings.cache})
    authorised()
    bench.clock.turn(minutes=59)
    strangers = [one.name for one in sorted(lfw.iterdir()) if one.name not in SPEAKERS]
    asked = [*SPEAKERS, *strangers[:: len(strangers) // ASKED]]
    analyser = build_analyser(settings, store, "fused")
    with bench.open("analyst") as analyst:
        built = analyst.watchlists.build(REFERENCE, images(lfw, asked), analyser)
    listed = {entry.entry.subject for entry in built.enrolled}
    assert len(listed) >= PEOPLE
    checked_and_reviewed(bench.open, REFERENCE)
    bench.clock.turn(minutes=6)
    alerted: dict[str, set[str]] = {}
    with bench.open("operator") as operator:
        for name, clip in clips.items():
            with operator.live.start(REFERENCE, clip) as session:
                alerted[name] = {alert.subject for alert in session.run().alerts}
            assert operator.live.record(session.id).subjects == len(listed)
    assert alerted == {name: {name} for name in SPEAKERS} | {name: set() for name in OTHERS}
