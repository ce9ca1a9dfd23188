"""What every record of governance is: checked whole, never changed, and clear about its faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.errors import RecordError

__all__ = ["Fault", "Record"]


class Fault(NamedTuple):
    """One thing that is wrong with values that are to be a record.

    Attributes:
        field: which, its parts parted by dots; empty where it is of the whole.
        text: what is wrong, a phrase.
        is_missing: whether the field is not there at all.
    """

    field: str
    text: str
    is_missing: bool = False

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.field or 'as a whole'}: {self.text}"


class Record(BaseModel):
    """A record: nothing unknown in it, nothing changed after it was made.

    Use `read` for what people or files hand in; it raises errors that a person can act on.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True
    )

    @classmethod
    def read(cls, values: object, *, what: str) -> Self:
        """Return the record that `values` describe.

        Args:
            values: by field name; plain JSON values will do.
            what: what is being read, for the message, for example `entry 3 of people.csv`.

        Raises:
            RecordError: names every field that is missing or wrong, and why; none of its values.
        """
        if not isinstance(values, Mapping):
            msg = f"{what} cannot be used: it must be fields by name. Give it as such."
            raise RecordError(msg)
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            faults = "; ".join(map(str, _faults(error)))
        # Raised out here: pydantic's error holds the frames of who asked where no collector sees
        # them, so what those hold, a template perhaps, would stay while the process runs.
        msg = f"{what} cannot be used: {faults}. Correct what is named."
        raise RecordError(msg)

    @classmethod
    def faults(cls, values: Mapping[str, Any]) -> list[Fault]:
        """Return what keeps values from being a record, as `read` would say it; none of them.

        For what is still being filled in: empty where `read` takes them.
        """
        try:
            cls.model_validate(dict(values))
        except ValidationError as error:
            return _faults(error)
        return []

    def plain(self) -> dict[str, Any]:
        """Return the record as values that JSON can hold; `read` takes them back."""
        return self.model_dump(mode="json")


_LONGEST_KEY: Final = 60


def _faults(error: ValidationError) -> list[Fault]:
    return [_fault(one) for one in error.errors(include_url=False)]


_FORMS: Final = (
    ("datetime", "must be a date and time with its zone, such as 2026-11-24T18:00+00:00"),
    ("timezone", "must be a date and time with its zone, such as 2026-11-24T18:00+00:00"),
    ("date", "must be a day, such as 2026-11-24"),
)
"""By how the kind of a fault begins, which form is wanted of a text that is no such time."""
_UNREADABLE: Final = ("_parsing", "_type", "_aware", "_inexact", "_invalid")


def _form(kind: str) -> str | None:
    if not kind.endswith(_UNREADABLE):
        return None
    return next((words for begins, words in _FORMS if kind.startswith(begins)), None)


def _fault(fault: Any) -> Fault:  # noqa: ANN401 - a dictionary of pydantic's own
    # Keys come from whoever handed the values in: shown by escapes, and not at any length.
    parts = (ascii(str(part))[1:-1][:_LONGEST_KEY] for part in fault["loc"])
    said = _form(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    words = f"{said[:1].lower()}{said[1:]}".rstrip(".")
    return Fault(".".join(parts), words, is_missing=fault["type"] == "missing")
