"""Live search through a bench, with a real encoder and a staged crowd of real photographs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench_values import SFACE
from kept_values import copied
from list_values import checked_and_reviewed, entry_of

from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.bench.live_session import LiveSession
from workbench.errors import FeedError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import CrowdSettings, Frame, Portrait, StagedPerson, open_feed, stage_crowd
from workbench.images import load_image
from workbench.live.detection import build_live_analyser
from workbench.records.audit.reading import entries as logged
from workbench.settings import Settings

LISTED = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")
REFERENCE = "2026-11/HIGH-ST-1"


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser of a live search, with the faster encoder alone."""
    return build_live_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def crowd(analyser: FaceAnalyser, lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stage three who are listed and two who are not, from photographs not enrolled."""
    strangers = [folder.name for folder in sorted(lfw.iterdir()) if folder.name not in LISTED][:2]
    people = []
    for name in (*LISTED, *strangers):
        image = load_image(sorted((lfw / name).glob("*.jpg"))[0])
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        assert main is not None
        portrait = Portrait(image, faces.boxes[main], faces.landmarks[main])
        people.append(StagedPerson(name, name in LISTED, (portrait,)))
    video = tmp_path_factory.mktemp("staged") / "crowd.mp4"
    stage = CrowdSettings(
        width=640, height=360, seed=3, at_once=3, largest_face_px=110, smallest_face_px=28, fps=12.5
    )
    stage_crowd(people, video, stage)
    return video


def test_it(authorised, bench, analyser, crowd, lfw, clock, as_role):
    import time
    t=time.time()
    object.__setattr__(bench, "settings", bench.settings.model_copy(update={"encoder": "sface"}))
    ref = authorised(policy=SFACE)
    print("auth", time.time()-t); t=time.time()
    images = [EntryImage(entry_of(name, image=f"{name}_{n}.jpg"), sorted((lfw / name).glob("*.jpg"))[n]) for name in LISTED for n in range(1,5)]
    a = as_role("analyst")
    rep = a.watchlists.build(ref, images, analyser)
    print([ (e.entry.image, e.quality.reasons) for e in rep.refused])
    checked_and_reviewed(as_role, ref)
    print("list", time.time()-t); t=time.time()
    clock.turn(hours=1, minutes=5)
    o = as_role("operator")
    got = []
    s = o.live.start(ref, crowd, feed_name="gate", analyser=analyser, on_alert=got.append)
    print("start", time.time()-t); t=time.time()
    r = s.run()
    print("run", time.time()-t, r.frames, r.stopped_by); t=time.time()
    print(got)
    print(o.live.sessions(ref))
    with o._context.store.reading() as c:
        for e in logged(c): print(e.seq, e.entry.verb, e.entry.actor, e.entry.objects[:2], dict(e.entry.details))
