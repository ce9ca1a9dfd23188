"""A live search under the policy that was measured in int8: left to itself, it runs in int8."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench_values import FUSED_INT8
from live_values import FramesFeed, enrol_listed, stage_frames, two_feeds

from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.setups import RuntimeClass
from workbench.live.detection import set_for_redaction
from workbench.settings import Settings

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
SEARCHED = 60


def test_it_says_in_what_its_encoders_ran(
    *,
    bench: Any,
    authorised: Callable[..., str],
    settings: Settings,
    store: ArtefactStore,
    lfw: Path,
    tmp_path: Path,
) -> None:
    pytest.importorskip("openvino", reason="needs OpenVINO: the extra openvino")
    in_fp32 = build_analyser(settings, store, "fused")
    assert in_fp32.numbers == "fp32"
    frames = stage_frames(set_for_redaction(in_fp32, settings, store), lfw, tmp_path)[:SEARCHED]
    bench.settings = bench.settings.model_copy(update={"threads": 1, "cache": settings.cache})
    authorised(policy=FUSED_INT8, feeds=two_feeds())
    bench.clock.turn(minutes=59)
    enrol_listed(bench.open, REFERENCE, lfw, in_fp32)
    bench.clock.turn(minutes=6)
    operator = bench.open("operator")
    with operator.live.start(REFERENCE, FramesFeed(frames), feed_name="square") as session:
        result = session.run()
    (row,) = operator.live.sessions(REFERENCE)
    assert row.counts is not None
    assert row.counts.frames == len(frames)
    assert result.alerts, "somebody of the list walks by"
    assert row.setup.numbers is RuntimeClass.INT8
    assert row.setup.runtimes == {"facenet": "openvino-int8", "sface": "openvino-int8"}
    assert row.setup.versions["openvino"] != "none"
