"""How a crowd is staged: the size of the picture, of the faces, of the crowd and of its flaws."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["CrowdSettings"]

_LARGEST_SHARE = 0.4
"""Highest face that still leaves room for an approach, as a share of the frame's height."""


class CrowdSettings(BaseModel):
    """Settings of a staged crowd; the same settings and people give the same frames.

    Raises:
        pydantic.ValidationError: when a value is out of range or two do not fit each other.

    Example:
        >>> CrowdSettings(seed=7, at_once=4).smallest_face_px
        28.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(default=1280, ge=160, le=7680, multiple_of=2, description="frame width, px")
    height: int = Field(default=720, ge=120, le=4320, multiple_of=2, description="frame height, px")
    fps: float = Field(default=25.0, ge=1.0, le=120.0, description="frames a second")
    seconds: float | None = Field(
        default=None,
        gt=0.0,
        le=7200.0,
        description="length of the video, s; the people enter spread over it. "
        "Unset: as long as they need to walk by",
    )
    seed: int = Field(default=0, ge=0, description="everything random follows from it")
    at_once: int = Field(default=8, ge=1, le=60, description="most people under way at one time")
    smallest_face_px: float = Field(
        default=28.0, ge=8.0, description="height of a face box where a person enters, px"
    )
    largest_face_px: float = Field(
        default=150.0,
        ge=12.0,
        description="height of a face box where it reaches the lower edge of the frame, px",
    )
    walking_speed_m_s: float = Field(
        default=1.3,
        ge=0.3,
        le=4.0,
        description="mean speed; people differ by 12 % (standard deviation)",
    )
    portrait_s: float = Field(
        default=1.6, ge=0.1, description="how long a person shows one portrait before the next, s"
    )
    fade_s: float = Field(
        default=0.08,
        ge=0.0,
        le=2.0,
        description="length of the cross-fade between portraits, s; 0 cuts",
    )
    light_variation: float = Field(
        default=0.2, ge=0.0, le=0.6, description="largest change of brightness over a walk, share"
    )
    colour_variation: float = Field(
        default=0.06,
        ge=0.0,
        le=0.3,
        description="largest change of white balance over a walk, share",
    )
    head_roll_deg: float = Field(
        default=5.0,
        ge=0.0,
        le=30.0,
        description="largest tilt of the head beyond the portrait's, degrees",
    )
    shutter_s: float = Field(
        default=0.015, ge=0.0, le=0.5, description="exposure, s: motion during it is blurred"
    )
    lens_blur_px: float = Field(
        default=0.6, ge=0.0, le=5.0, description="standard deviation of the lens's blur, px"
    )
    noise: float = Field(
        default=3.0,
        ge=0.0,
        le=40.0,
        description="standard deviation of sensor noise, levels of 255",
    )
    obstacles: int = Field(
        default=2, ge=0, le=12, description="pillars and passing umbrellas in front of everyone"
    )
    crf: int = Field(
        default=23, ge=0, le=51, description="x264 constant rate factor: 0 lossless, 51 worst"
    )
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"] = (
        Field(default="veryfast", description="x264 preset: effort spent on compression")
    )
    keyframe_s: float = Field(
        default=2.0, gt=0.0, le=60.0, description="longest time between key frames"
    )

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        """Check that faces grow, and fit the frame."""
        if self.smallest_face_px * 1.1 > self.largest_face_px:
            msg = (
                f"largest_face_px ({self.largest_face_px:g}) must be at least 1.1 times "
                f"smallest_face_px ({self.smallest_face_px:g})"
            )
            raise ValueError(msg)
        limit = _LARGEST_SHARE * min(self.height, self.width)
        if self.largest_face_px > limit:
            msg = (
                f"largest_face_px ({self.largest_face_px:g}) must be at most {limit:g}: "
                f"{_LARGEST_SHARE:g} of the shorter side of a {self.width}x{self.height} frame"
            )
            raise ValueError(msg)
        return self
