"""`workbench case index --cluster`: over a real Ray a case comes to the same as without it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from command_bench import make_command_bench
from command_runs import runner
from part_soundness import kept_segments
from retro_values import CASE, authorise_case, beginning

pytestmark = pytest.mark.slow

SAID = ("--origin", "camera 4 of the shop", "--basis", "handed over by the owner on request")
WHY = ("-j", "looking at it, for a test")


@pytest.mark.timeout(300)
def test_who_is_in_view_when_is_the_same_with_ray_and_without(
    shared_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip = beginning(shared_data / "videos" / "speaker_tony_blair.avi", tmp_path, 50)

    def indexed(name: str, *how: str) -> tuple[Any, list[tuple[int, str, int]]]:
        """Index the clip on a bench of its own; return its timeline, and what is sealed."""
        bench = make_command_bench(tmp_path / name)
        run = runner(bench, capsys, monkeypatch)
        authorise_case(bench, datetime.now(UTC))
        assert run("investigator", "case", "add-footage", CASE, clip, *SAID).code == 0
        ended = run("investigator", "case", "index", CASE, "--workers", "1", *how)
        assert ended.code == 0, ended.err
        assert ("Ray is begun" in ended.err) == ("--cluster" in how)
        seen = run("examiner", "case", "timeline", CASE, *WHY, "--json").said
        (footage,) = {one["footage"] for one in seen["appearances"]}
        with bench.open("investigator") as investigator:
            kept = kept_segments(investigator, footage, CASE)
        plain = json.loads(json.dumps(seen).replace(footage, "footage"))
        return plain, [(one.place, one.content, one.holds) for one in kept]

    over_ray = indexed("ray", "--cluster")
    assert over_ray[0]["appearances"], "somebody is in view"
    assert over_ray == indexed("alone")
