"""How a probe in preparation is put to a browser: words, numbers and digests, no picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from widgets.probe_work import ProbeWork
from workbench.errors import UsageError
from workbench.governance.enhancements import (
    Crop,
    Deinterlace,
    Denoise,
    Operation,
    Rotate,
    Tone,
    Upscale,
)

__all__ = ["operation_of", "state_words", "tool_words"]

_OPERATIONS: Final[Mapping[str, type[Operation]]] = {
    "crop": Crop,
    "rotate": Rotate,
    "tone": Tone,
    "deinterlace": Deinterlace,
    "denoise": Denoise,
    "upscale": Upscale,
}
_TOOLS: Final = {
    "crop": ("Crop", "Drag over the enhanced copy, or fill in the numbers."),
    "rotate": ("Rotate", "About the middle; the picture grows so that nothing of it is lost."),
    "tone": (
        "Tone",
        "Alike everywhere: contrast \u00d7 value^gamma + brightness, value of 0 to 1.",
    ),
    "deinterlace": ("Deinterlace", "Keeps every other line; those between are interpolated."),
    "denoise": ("Denoise", "Non-local means. Fine detail of a face goes with much of it."),
    "upscale": ("Upscale", "Cubic interpolation. It adds pixels, and no detail."),
}
_BEGINS: Final[Mapping[str, Any]] = {"degrees": 0.0, "strength": 3.0, "factor": 2, "keep": "top"}
_UNITS: Final[Mapping[str, tuple[str, float]]] = {
    "left": ("px", 1),
    "top": ("px", 1),
    "width": ("px", 1),
    "height": ("px", 1),
    "degrees": ("\u00b0 anticlockwise", 0.1),
    "brightness": ("", 0.01),
    "contrast": ("times", 0.05),
    "gamma": ("", 0.05),
    "keep": ("field", 1),
    "strength": ("", 0.5),
    "factor": ("times", 1),
}


def operation_of(values: object) -> Operation:
    """Return the step that a browser asks for.

    Raises:
        UsageError: when there is no step of that kind.
        RecordError: names what of it is missing or beyond its limits.
    """
    given = dict(values) if isinstance(values, Mapping) else {}
    kind = str(given.pop("kind", ""))
    if kind not in _OPERATIONS:
        msg = f"there is no such step. Use one of {', '.join(_OPERATIONS)}."
        raise UsageError(msg)
    return _OPERATIONS[kind].read(given, what=f"the step ({kind})")


def tool_words() -> list[dict[str, Any]]:
    """Return the kinds of steps with their parameters, as the records of the library limit them."""
    return [
        {
            "kind": kind,
            "words": _TOOLS[kind][0],
            "about": _TOOLS[kind][1],
            "fields": [
                _field(name, schema)
                for name, schema in _properties(model).items()
                if name != "kind"
            ],
        }
        for kind, model in _OPERATIONS.items()
    ]


def _properties(model: type[Operation]) -> dict[str, Any]:
    schema = model.model_json_schema()
    shared = schema.get("$defs", {})
    return {
        name: shared.get(str(part.get("$ref")).rpartition("/")[2], part)
        for name, part in schema["properties"].items()
    }


def _field(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    unit, step = _UNITS[name]
    return {
        "name": name,
        "words": name[:1].upper() + name[1:],
        "unit": unit,
        "step": step,
        "least": schema.get("minimum"),
        "most": schema.get("maximum"),
        "begins": schema.get("default", _BEGINS.get(name)),
        "choices": schema.get("enum"),
    }


def state_words(work: ProbeWork) -> dict[str, Any]:
    """Return how a probe stands: its file, steps, faces, verdict, and what is missing."""
    log, original, copy, face = work.log, work.original, work.copy, work.face
    hand = work.by_hand
    if log is None or original is None or copy is None:
        return {"picture": None, "missing": work.missing}
    return {
        "picture": {
            "name": work.name,
            "bytes": len(work.file),
            "sha256": log.file,
            "pixels": log.original,
            "size": [original.shape[1], original.shape[0]],
        },
        "size": [copy.shape[1], copy.shape[0]],
        "searched": log.searched,
        "enhanced": log.is_enhanced,
        "steps": [
            {
                "values": step.operation.plain(),
                "words": _told(step.operation),
                "before": step.before,
                "after": step.after,
            }
            for step in log.steps
        ],
        "faces": [
            {
                "box": _rounded(*one.box),
                "eyes": [_rounded(*one.right_eye), _rounded(*one.left_eye)],
                "verdict": str(one.verdict),
                "reasons": list(one.reasons),
            }
            for one in work.faces
        ],
        "chosen": work.chosen,
        "found": len(work.found),
        "may_place": work.may_place,
        "by_hand": None if hand is None else hand.describe(),
        "eyes_found": None if hand is None or hand.found is None else list(map(list, hand.found)),
        "verdict": None if face is None else str(face.verdict),
        "rejected": work.is_rejected,
        "override": work.override if work.is_rejected else None,
        "told": work.origin is not None,
        "missing": work.missing,
        "used": work.probe is not None,
    }


def _told(operation: Operation) -> str:
    """Return a step in words: what is done, and each parameter that changes anything."""
    match operation:
        case Crop():
            size = f"{operation.width} \u00d7 {operation.height} px"
            return f"crop to {size} from {operation.left}, {operation.top}"
        case Rotate():
            turn = "anticlockwise" if operation.degrees >= 0 else "clockwise"
            return f"rotate {abs(operation.degrees):g}\u00b0 {turn}"
        case Tone():
            shift = f"{operation.brightness:+g}".replace("-", "\u2212")
            rest = f"contrast {operation.contrast:g}, gamma {operation.gamma:g}"
            return f"tone: brightness {shift}, {rest}"
        case Deinterlace():
            return f"deinterlace: {operation.keep} field kept"
        case Denoise():
            return f"denoise: strength {operation.strength:g}"
        case Upscale():
            return f"upscale {operation.factor} times, cubic"


def _rounded(*values: float) -> list[float]:
    return [round(value, 1) for value in values]
