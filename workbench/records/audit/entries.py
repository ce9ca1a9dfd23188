"""Entries of the audit log: who did what to which records, for which purpose, and why.

The Data Protection Act 2018, s.62(1), wants collection, alteration, consultation, disclosure,
combination and erasure logged; s.62(2) and (3) want the justification, the time and the person of
each consultation and disclosure, and the recipient of each disclosure. That a combination is
justified too and that an export names its recipient is the product's own choice, and so is that a
justification stays required whatever later law makes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from workbench.errors import AuditError
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Prose, in_words
from workbench.records.audit.details import Detail, Details, checked_details
from workbench.records.audit.times import UtcMoment
from workbench.records.audit.verbs import JUSTIFIED, Result, Verb
from workbench.records.audit.wording import resembles_biometrics
from workbench.records.moments import as_json, as_text

__all__ = [
    "ADMINISTRATION",
    "MOST_OBJECTS",
    "Draft",
    "Entry",
    "canonical",
    "read_entry",
]

ADMINISTRATION: Final = "administration"
"""The purpose of what serves no deployment and no case."""

MOST_OBJECTS: Final = 10_000
"""Ids that one entry may name; more are told in several entries."""

_FORM: Final = 1
"""Form of the body; another set of fields is another form, and old entries keep theirs."""

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_FRACTION: Final = re.compile(r"\d+\.\d+(?:[eE]-?\d+)?")
_FIGURES: Final = 32
_LONGEST_WORD: Final = 64
_READING: Final = {"reading": True}

_WHY: Final[Mapping[str, str]] = {
    Verb.CONSULT: "Data Protection Act 2018, s.62(2)",
    Verb.DISCLOSE: "Data Protection Act 2018, s.62(3)",
    Verb.COMBINE: "a rule of the workbench, beyond Data Protection Act 2018, s.62",
}
_TO_WHOM: Final[Mapping[str, str]] = {
    Verb.DISCLOSE: "Data Protection Act 2018, s.62(3)",
    Verb.EXPORT: "a rule of the workbench, after Data Protection Act 2018, s.62(3)",
}


class Draft(Record):
    """An entry before it has its time and its place.

    Attributes:
        verb: what was done.
        actor: account of whoever did it.
        role: the role in which it was done.
        purpose: deployment or case that it served, or `administration`.
        justification: why; required to consult, to disclose and to combine, in a few words.
        objects: ids of the records concerned; no faces, no names.
        recipient: to whom; required to disclose and to export.
        result: how it ended.
        details: at most 32 figures and short texts, by name.
    """

    verb: Verb
    actor: Line
    role: Identifier
    purpose: Identifier
    justification: Prose | None = Field(default=None, validate_default=True)
    objects: tuple[Identifier, ...] = Field(default=(), max_length=MOST_OBJECTS)
    recipient: Line | None = Field(default=None, validate_default=True)
    result: Result = Result.DONE
    details: Details = Field(default_factory=dict, validate_default=True)

    @classmethod
    def of(
        cls,
        verb: Verb,
        *,
        actor: str,
        role: str,
        purpose: str,
        justification: str | None = None,
        objects: tuple[str, ...] = (),
        recipient: str | None = None,
        result: Result = Result.DONE,
        details: Mapping[str, Detail] = MappingProxyType({}),
    ) -> Self:
        """Return a draft of these values; the fields are those of the class.

        Raises:
            RecordError: names every field that cannot be logged, and why; none of the values.
        """
        values = {
            "verb": verb,
            "actor": actor,
            "role": role,
            "purpose": purpose,
            "justification": justification,
            "objects": objects,
            "recipient": recipient,
            "result": result,
            "details": details,
        }
        return cls.read(values, what=f"the audit entry to {verb}")

    @field_validator("justification")
    @classmethod
    def _justified(cls, text: str | None, info: ValidationInfo) -> str | None:
        verb = info.data.get("verb", "")
        if text is None and verb in JUSTIFIED:
            msg = f"is required to {verb} ({_WHY[verb]}); say why it was done"
            raise ValueError(msg)
        if text is not None and verb in JUSTIFIED and info.context is not _READING:
            in_words(text)
        return _checked(text, info)

    @field_validator("recipient")
    @classmethod
    def _received(cls, text: str | None, info: ValidationInfo) -> str | None:
        verb = info.data.get("verb", "")
        if text is None and verb in _TO_WHOM:
            msg = f"is required to {verb} ({_TO_WHOM[verb]}); name who receives it"
            raise ValueError(msg)
        return _checked(text, info)

    @field_validator("actor")
    @classmethod
    def _acted(cls, text: str, info: ValidationInfo) -> str:
        _checked(text, info)
        return text

    @field_validator("objects")
    @classmethod
    def _ids(cls, objects: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.context is not _READING:
            figures = sum(1 for name in objects if _FRACTION.fullmatch(name))
            coded = any(
                len(word) > _LONGEST_WORD for name in objects for word in _WORD.findall(name)
            )
            if figures > _FIGURES or coded:
                msg = "look like a template, not like ids; an entry holds ids alone"
                raise ValueError(msg)
        return objects

    @field_validator("details", mode="plain")
    @classmethod
    def _told(cls, details: object, info: ValidationInfo) -> Mapping[str, Detail]:
        told = checked_details(details)
        _checked(" ".join(value for value in told.values() if isinstance(value, str)), info)
        return told


class Entry(Draft):
    """An entry as it was logged.

    Attributes:
        utc: when, in UTC.
    """

    utc: UtcMoment

    @staticmethod
    def at(draft: Draft, now: datetime) -> Entry:
        """Return the entry of a draft, all of it checked once more, at a moment."""
        return Entry.read({**draft.plain(), "utc": now}, what="the audit entry")


def canonical(entry: Entry) -> str:
    """Return the one text of an entry: JSON, keys in order, no spaces, letters as they are."""
    return as_json(
        {
            "actor": entry.actor,
            "details": dict(entry.details),
            "form": _FORM,
            "justification": entry.justification,
            "objects": entry.objects,
            "purpose": entry.purpose,
            "recipient": entry.recipient,
            "result": entry.result,
            "role": entry.role,
            "utc": as_text(entry.utc),
            "verb": entry.verb,
        }
    )


def read_entry(body: str) -> Entry:
    """Return the entry that `canonical` wrote.

    Raises:
        AuditError: when the text is not exactly what `canonical` writes; none of it is shown.
    """
    try:
        values = json.loads(body)
        form = values.pop("form")
        entry = Entry.model_validate(values, context=_READING)
        same = form == _FORM and canonical(entry) == body
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError, ValidationError):
        same = False
    if not same:
        msg = f"the entry is not one of form {_FORM} as the workbench writes it"
        raise AuditError(msg)
    return entry


def _checked(text: str | None, info: ValidationInfo) -> str | None:
    """Return text that holds no face and no template; what was logged before is not judged."""
    if text is not None and info.context is not _READING:
        found = resembles_biometrics(text)
        if found:
            msg = f"looks like {found}; no face and no template is ever logged. Leave it out"
            raise ValueError(msg)
    return text
