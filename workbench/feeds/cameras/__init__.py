"""Cameras as feeds: streams over a network and webcams, reconnected with every gap on record."""

from __future__ import annotations

from workbench.feeds.cameras.address import (
    SCHEMES,
    CameraAddress,
    WebcamAddress,
    is_address,
    parse_address,
)
from workbench.feeds.cameras.camera import Camera
from workbench.feeds.cameras.health import CameraGap, Health, HealthChange
from workbench.feeds.cameras.live_feed import LiveFeed
from workbench.feeds.cameras.opening import open_camera

__all__ = [
    "SCHEMES",
    "Camera",
    "CameraAddress",
    "CameraGap",
    "Health",
    "HealthChange",
    "LiveFeed",
    "WebcamAddress",
    "is_address",
    "open_camera",
    "parse_address",
]
