"""What is done to a copy of a probe before a search, as words of a command."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.governance.probe_pictures import PictureKind, picture_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.governance.record import Record

__all__ = [
    "CropOption",
    "DeinterlaceChoice",
    "DeinterlaceOption",
    "DenoiseOption",
    "EyesOption",
    "KindOption",
    "RotateOption",
    "ToneOption",
    "UpscaleOption",
    "operations_of",
]


class DeinterlaceChoice(StrEnum):
    """Which field of an interlaced picture is kept."""

    TOP = "top"
    BOTTOM = "bottom"


def _numbers(text: str, *names: str) -> list[float]:
    try:
        found = [float(one) for one in text.split(",")]
    except ValueError:
        found = []
    if len(found) != len(names):
        msg = f"{text!r} is not {len(names)} numbers with commas between: {', '.join(names)}."
        raise typer.BadParameter(msg)
    return found


def _crop(text: str) -> list[int]:
    found = _numbers(text, "left", "top", "width", "height")
    if any(one != int(one) for one in found):
        msg = f"{text!r} is not in whole px."
        raise typer.BadParameter(msg)
    return [int(one) for one in found]


def _tone(text: str) -> list[float]:
    return _numbers(text, "brightness", "contrast", "gamma")


def _eyes(text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    a, b, c, d = _numbers(text, "right x", "right y", "left x", "left y")
    return (a, b), (c, d)


def _kind(text: str) -> PictureKind:
    try:
        return picture_kind(text)
    except ValueError as error:
        msg = f"{error}."
        raise typer.BadParameter(msg) from None


KindOption: TypeAlias = Annotated[
    Any,
    typer.Option(
        "--kind",
        parser=_kind,
        metavar="KIND",
        help=f"What kind of picture it is: {', '.join(PictureKind)}. No sketch, composite, "
        "lookalike or generated picture is searched with.",
    ),
]
CropOption: TypeAlias = Annotated[
    Any,
    typer.Option(
        "--crop",
        parser=_crop,
        metavar="LEFT,TOP,WIDTH,HEIGHT",
        help="Keep this part of it alone, in px of the picture as it came.",
    ),
]
RotateOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--rotate", metavar="DEGREES", help="Turn it about its middle, anticlockwise, -180 to 180."
    ),
]
ToneOption: TypeAlias = Annotated[
    Any,
    typer.Option(
        "--tone",
        parser=_tone,
        metavar="BRIGHTNESS,CONTRAST,GAMMA",
        help="Change light and dark alike everywhere: -0.5 to 0.5 is added, 0.5 to 4 multiplies, "
        "0.25 to 4 is the power; 0,1,1 changes nothing.",
    ),
]
DeinterlaceOption: TypeAlias = Annotated[
    DeinterlaceChoice | None,
    typer.Option("--deinterlace", help="Keep one field of an interlaced picture."),
]
DenoiseOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--denoise",
        metavar="STRENGTH",
        help="Take noise out, 1 to 20; fine detail of a face goes with much of it.",
    ),
]
UpscaleOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--upscale", metavar="TIMES", help="Enlarge it 2 to 4 times; nothing is drawn into it."
    ),
]

EyesOption: TypeAlias = Annotated[
    Any,
    typer.Option(
        "--eyes",
        parser=_eyes,
        metavar="RIGHT_X,RIGHT_Y,LEFT_X,LEFT_Y",
        help="Where the eyes of that face are, the person's right one first, in px of the picture "
        "after all that is done to it: by hand, where the detector had them wrong. Without --face "
        "they are of a face that it did not find, which needs --override.",
    ),
]


def operations_of(
    *,
    deinterlace: DeinterlaceChoice | None,
    crop: Sequence[int] | None,
    denoise: float | None,
    rotate: float | None,
    upscale: int | None,
    tone: Sequence[float] | None,
) -> tuple[Record, ...]:
    """Return the operations in the order of the arguments, which is that of the search.

    Raises:
        RecordError: when one goes too far.
    """
    from workbench.governance.enhancements import (  # noqa: PLC0415 - keeps `--help` quick
        Crop,
        Deinterlace,
        Denoise,
        Rotate,
        Tone,
        Upscale,
    )

    asked: tuple[tuple[type[Record], str, dict[str, Any] | None], ...] = (
        (Deinterlace, "--deinterlace", _named(deinterlace and deinterlace.value, "keep")),
        (Crop, "--crop", _named(crop, "left", "top", "width", "height")),
        (Denoise, "--denoise", _named(denoise, "strength")),
        (Rotate, "--rotate", _named(rotate, "degrees")),
        (Upscale, "--upscale", _named(upscale, "factor")),
        (Tone, "--tone", _named(tone, "brightness", "contrast", "gamma")),
    )
    return tuple(
        kind.read(values, what=option) for kind, option, values in asked if values is not None
    )


def _named(given: Sequence[float] | float | str | None, *names: str) -> dict[str, Any] | None:
    if given is None:
        return None
    values: Sequence[Any] = [given] if isinstance(given, int | float | str) else given
    return dict(zip(names, values, strict=True))
