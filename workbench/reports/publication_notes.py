"""What the check of the log noted, in sentences that may be published: no path, no message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["note_sentences"]

_KINDS: Final = (
    (
        re.compile(r"signatures were not checked"),
        "Signatures were not checked, since no public key was given.",
    ),
    (
        re.compile(r"the head is not signed"),
        "The newest entry is not signed, as where a team logs; witnesses hold signed ones.",
    ),
    (re.compile(r"the log is empty"), "The log is empty, as only that of a new bench is."),
    (
        re.compile(r"[\d,]+ rows were last written before entries bore"),
        (
            "Some rows were last written before entries bore their digests, and were not held "
            "against the log but for their states."
        ),
    ),
    (
        re.compile(r"rows were not held against the log"),
        "Rows were not held against the log, since this connection does not see all of them.",
    ),
    (
        re.compile(r".*: \d+ of its checkpoints were cut short", re.DOTALL),
        "Some checkpoints of a witness were cut short and tell nothing.",
    ),
    (
        re.compile(r".* holds no checkpoint of this bench$", re.DOTALL),
        "A witness holds no checkpoint of this bench.",
    ),
    (
        re.compile(r"this check is not in the log"),
        "This check could not be written to the log.",
    ),
)
_OTHER: Final = "The check noted something else, which the data-protection officer can look up."


def note_sentences(notes: Iterable[str]) -> tuple[str, ...]:
    """Return one sentence for each kind of note: notes hold paths of witnesses and error messages.

    >>> note_sentences(["/srv/secret holds no checkpoint of this bench"])
    ('A witness holds no checkpoint of this bench.',)
    """
    return tuple(dict.fromkeys(map(_sentence, notes)))


def _sentence(note: str) -> str:
    for kind, sentence in _KINDS:
        if kind.match(note):
            return sentence
    return _OTHER
