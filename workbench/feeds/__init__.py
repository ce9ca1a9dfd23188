"""Where frames come from: cameras, video files, images, staged crowds with ground truth."""

from __future__ import annotations

from workbench.feeds.crowd import (
    CrowdSettings,
    Portrait,
    StagedFace,
    StagedFrame,
    StagedPerson,
    StageProgress,
    render_crowd,
    stage_crowd,
)
from workbench.feeds.frames import Feed, Frame
from workbench.feeds.opening import open_feed
from workbench.feeds.pictures import ImageFeed
from workbench.feeds.survey import KeyFrame, Survey, Times
from workbench.feeds.truth import GroundTruth, check_truth, read_truth, truth_path, write_truth
from workbench.feeds.video import VideoFile

__all__ = [
    "CrowdSettings",
    "Feed",
    "Frame",
    "GroundTruth",
    "ImageFeed",
    "KeyFrame",
    "Portrait",
    "StageProgress",
    "StagedFace",
    "StagedFrame",
    "StagedPerson",
    "Survey",
    "Times",
    "VideoFile",
    "check_truth",
    "open_feed",
    "read_truth",
    "render_crowd",
    "stage_crowd",
    "truth_path",
    "write_truth",
]
