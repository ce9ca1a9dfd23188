"""What a worker over Ray says of itself before keys are agreed on: anybody may have said it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import FootageError

__all__ = ["About"]

_LONGEST: Final = 1000


def _without_control(text: str) -> str:
    """Leave out what a terminal would obey."""
    return "".join(letter for letter in text if letter.isprintable())


_Text = Annotated[str, Field(max_length=_LONGEST), AfterValidator(_without_control)]


class About(BaseModel):
    """It.

    Attributes:
        public: its public key, 32 bytes as hexadecimal digits.
        versions: of what is installed where it is, by name; see `job.versions`.
        where: machine that it is on.
        failed: why it cannot index; `None` where it can.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    public: str = Field(pattern=r"^[0-9a-f]{64}$")
    versions: dict[_Text, _Text]
    where: _Text
    failed: _Text | None = None

    @classmethod
    def read(cls, text: bytes) -> About:
        """Return what was said.

        Raises:
            FootageError: when it is not what workers say.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            msg = (
                "what a worker says of itself cannot be read. Install there what is installed "
                "here, and find out who can reach the cluster."
            )
            raise FootageError(msg) from None
