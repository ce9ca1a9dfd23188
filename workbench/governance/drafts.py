"""An application in the making: what is filled in is kept, and what still blocks it is said."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import create_model

from workbench.errors import RecordError
from workbench.governance.deployments import Application, contradictions
from workbench.governance.limits import DeploymentLimits
from workbench.governance.record import Record

__all__ = ["Draft", "missing"]

_FIELDS: Final = Application.model_fields
_LONGEST_NAME: Final = 60

_PARTS: Final[dict[str, Any]] = {
    name: (part.rebuild_annotation() | None, None) for name, part in _FIELDS.items()
}
_Partial: Final = create_model("_Partial", __base__=Record, **_PARTS)
"""The fields of an application, each checked by itself, none of them required."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Some of the fields of an `Application`, each of them valid by itself.

    Use `read`; `Draft()` is empty.
    """

    _values: Record = field(default_factory=_Partial, repr=False)

    @classmethod
    def read(cls, values: Mapping[str, Any], *, what: str) -> Draft:
        """Return the draft that `values` describe.

        Args:
            values: by field name of `Application`; plain JSON values will do, and `None` stands
                for a field that is not filled in.
            what: what is being read, for the message.

        Raises:
            RecordError: names every field that is unknown or wrong, and why.
        """
        _require_known(values, what)
        return cls(_Partial.read(values, what=what))

    def updated(self, changes: Mapping[str, Any], *, what: str) -> Draft:
        """Return the draft with fields set anew, or emptied where the value is `None`.

        Raises:
            RecordError: as `read`; this draft is what it was.
        """
        return self.read({**self.plain(), **changes}, what=what)

    def plain(self) -> dict[str, Any]:
        """Return the fields that are filled in as values that JSON can hold."""
        dumped = self._values.model_dump(mode="json", exclude_unset=True)
        return {name: value for name, value in dumped.items() if value is not None}

    @property
    def filled(self) -> dict[str, Any]:
        """The fields that are filled in, as an `Application` holds them."""
        values = {name: getattr(self._values, name) for name in _FIELDS}
        return {name: value for name, value in values.items() if value is not None}

    def complete(self, *, what: str, limits: DeploymentLimits | None = None) -> Application:
        """Return the application that may now be made.

        Args:
            what: the draft, for the message.
            limits: those of the force; the product's own when `None`.

        Raises:
            RecordError: lists everything that still blocks it.
        """
        blocks = missing(self, limits)
        if blocks:
            listed = "; ".join(blocks)
            msg = f"{what} cannot be applied for yet: {listed}. Fill in what is named."
            raise RecordError(msg)
        return Application.read(self.plain(), what=what)


def missing(draft: Draft, limits: DeploymentLimits | None = None) -> list[str]:
    """Say what still blocks applying: fields not filled in, contradictions, limits.

    Args:
        draft: the draft.
        limits: those of the force; the product's own when `None`.

    Returns:
        One phrase each, in the order of the form; empty when nothing blocks it.
    """
    limits = limits or DeploymentLimits()
    filled = draft.filled
    blocks = [
        f"{name} is missing: {part.description}"
        for name, part in _FIELDS.items()
        if part.is_required() and name not in filled
    ]
    optional = {name: part.default for name, part in _FIELDS.items() if not part.is_required()}
    blocks += contradictions({**optional, **filled})
    if "location" in filled:
        blocks += limits.faults_of_place(filled["location"])
    if "starts" in filled and "ends" in filled:
        blocks += limits.faults_of_time(filled["starts"], filled["ends"])
    return blocks


def _require_known(values: Mapping[str, Any], what: str) -> None:
    """Raise `RecordError` where a field is none of an application's."""
    unknown = [name for name in values if name not in _FIELDS]
    if not unknown:
        return
    said = ", ".join(ascii(name)[:_LONGEST_NAME] for name in unknown)
    near = {
        match for name in unknown for match in difflib.get_close_matches(str(name), _FIELDS, n=1)
    }
    remedy = (
        f"Perhaps {' and '.join(sorted(near))} is meant."
        if near
        else f"The fields are {', '.join(_FIELDS)}."
    )
    msg = f"{what} cannot be used: an application has no field {said}. {remedy}"
    raise RecordError(msg)
