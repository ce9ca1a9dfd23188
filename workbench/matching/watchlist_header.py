"""The header of a watchlist document: all of it but templates and thumbnails, checked.

References lie in columns, a list for each field, rather than one object after the other: those of
20,000 references are read and checked in a third of the time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from workbench.matching.calibration import EncoderRecord
from workbench.matching.watchlist import Watchlist, WatchlistReference

__all__ = ["FORMAT", "VERSION", "ReferenceColumns", "WatchlistHeader", "first_fault"]

FORMAT: Final = "workbench-watchlist"
VERSION: Final = 2


def _printable(text: str) -> str:
    """Refuse what a terminal or a page would obey instead of showing."""
    if not text.isprintable():
        msg = "it holds characters that cannot be printed"
        raise ValueError(msg)
    return text


_Line: TypeAlias = Annotated[str, AfterValidator(_printable)]
_Text: TypeAlias = Annotated[_Line, Field(min_length=1)]
# A file name and nothing else: where the pictures lay is nobody's business.
_Name: TypeAlias = Annotated[_Line, Field(min_length=1, pattern=r"^[^/\x00]+$")]
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ReferenceColumns(_Record):
    """Fields of `WatchlistReference`; row `i` of each column is that of reference `i`.

    Of `quality` there is a column for each measure, with `None` where it was not measured.
    """

    subject: list[_Text]
    source: list[_Name]
    sha256: list[_Digest]
    verdict: list[Literal["accept", "warn"]]
    reasons: list[tuple[_Line, ...]]
    quality: dict[_Line, list[_Number | None]]
    entry: list[_Line]
    category: list[_Line]

    @model_validator(mode="after")
    def _are_as_long_as_each_other(self) -> Self:
        columns: list[Collection[object]] = [
            *(self.source, self.sha256, self.verdict, self.reasons, self.entry, self.category),
            *self.quality.values(),
        ]
        if any(len(column) != len(self.subject) for column in columns):
            msg = "its columns differ in length"
            raise ValueError(msg)
        return self

    @classmethod
    def of(cls, references: Sequence[WatchlistReference]) -> Self:
        """Write references down.

        Raises:
            ValidationError: when a field holds what a document may not.
        """
        measures = dict.fromkeys(name for one in references for name in one.quality)
        return cls.model_validate(
            {
                "subject": [one.subject for one in references],
                "source": [one.source for one in references],
                "sha256": [one.sha256 for one in references],
                "verdict": [str(one.verdict) for one in references],
                "reasons": [one.reasons for one in references],
                "quality": {name: [r.quality.get(name) for r in references] for name in measures},
                "entry": [one.entry for one in references],
                "category": [one.category for one in references],
            }
        )

    def references(self) -> tuple[WatchlistReference, ...]:
        """Return them one by one again."""
        rows = zip(
            *(self.subject, self.source, self.sha256, self.verdict, self.reasons),
            *(self._qualities(), self.entry, self.category),
            strict=True,
        )
        return tuple(WatchlistReference(*row) for row in rows)

    def _qualities(self) -> list[dict[str, float]]:
        if not self.quality:
            return [{} for _ in self.subject]
        names = tuple(self.quality)
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in zip(*self.quality.values(), strict=True)
        ]


class WatchlistHeader(_Record):
    """What a watchlist is, who is on it, and the digests of its tensors."""

    format: Literal["workbench-watchlist"]
    version: Literal[2]
    name: _Line
    created: AwareDatetime
    detector: _Text
    encoders: tuple[EncoderRecord, ...]
    references: ReferenceColumns
    tensors: dict[str, _Digest]

    @model_validator(mode="after")
    def _names_encoders_in_print_and_once(self) -> Self:
        for one in self.encoders:
            _printable(f"{one.name}{one.artefact}{one.alignment}")
        if len({one.name for one in self.encoders}) != len(self.encoders):
            msg = "it names an encoder twice"
            raise ValueError(msg)
        return self

    @classmethod
    def of(cls, watchlist: Watchlist, digests: dict[str, str]) -> Self:
        """Write down what a watchlist is.

        Args:
            watchlist: the whole.
            digests: SHA-256 of each tensor, by name.

        Raises:
            ValidationError: when a field holds what a document may not.
        """
        return cls(
            format=FORMAT,
            version=VERSION,
            name=watchlist.name,
            created=watchlist.created,
            detector=watchlist.detector,
            encoders=tuple(EncoderRecord.of(one) for one in watchlist.encoders.values()),
            references=ReferenceColumns.of(watchlist.references),
            tensors=digests,
        )


def first_fault(error: Exception) -> str:
    """Return the first fault of a validation in a few words, without the values."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'document'}: {first['msg']}"
