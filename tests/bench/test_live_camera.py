"""A camera is opened by the bench, and its login comes from a private place."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from camera_servers import HttpServer, motion_jpeg, scene

from workbench.bench.live_sources import opened_source
from workbench.errors import FeedError, RefusedError
from workbench.feeds.cameras import Camera
from workbench.settings import CameraSettings


def opened(operator: Any, source: str) -> Any:
    """Open what a search would get its frames from."""
    return opened_source(source, operator._context.settings)


def test_a_bench_opens_a_camera_by_its_settings_and_from_a_private_place_alone(
    bench: Any, http: HttpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = CameraSettings(open_s=4.0, buffer_frames=3)
    bench.settings = bench.settings.model_copy(update={"camera": camera})
    http.answers["/video"] = motion_jpeg(scene(number) for number in count())
    operator = bench.open("operator")
    address = http.address("/video?token=hunter2", "viewer:hunter2@")
    monkeypatch.setenv("SQUARE_CAMERA", address)
    with opened(operator, "env:SQUARE_CAMERA") as feed:
        assert isinstance(feed, Camera)
        assert feed._settings == camera
        assert "hunter2" not in f"{feed!r}{feed.name}"
    private = tmp_path / "square"
    private.write_text(address, encoding="ascii")
    private.chmod(0o644)
    with pytest.raises(RefusedError, match="chmod 600") as refused:
        opened(operator, f"@{private}")
    assert "hunter2" not in str(refused.value)
    private.chmod(0o600)
    with opened(operator, f"@{private}") as feed:
        assert feed.live
    with pytest.raises(FeedError, match="webcam:96: there is no such camera"):
        opened(operator, "webcam:96")
    with pytest.raises(FeedError, match="file:// is not opened"):
        opened(operator, "file:///etc/passwd")
