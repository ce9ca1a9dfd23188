"""What every record of governance is: checked whole, never changed, and clear about its faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.errors import RecordError

__all__ = ["Record"]


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
            faults = "; ".join(_fault(one) for one in error.errors(include_url=False))
            msg = f"{what} cannot be used: {faults}. Correct what is named."
            raise RecordError(msg) from None

    def plain(self) -> dict[str, Any]:
        """Return the record as values that JSON can hold; `read` takes them back."""
        return self.model_dump(mode="json")


_LONGEST_KEY: Final = 60


def _fault(fault: Any) -> str:  # noqa: ANN401 - a dictionary of pydantic's own
    # Keys come from whoever handed the values in: shown by escapes, and not at any length.
    parts = (ascii(str(part))[1:-1][:_LONGEST_KEY] for part in fault["loc"])
    place = ".".join(parts) or "as a whole"
    said = str(fault["msg"]).removeprefix("Value error, ")
    return f"{place}: {said[:1].lower()}{said[1:]}".rstrip(".")
