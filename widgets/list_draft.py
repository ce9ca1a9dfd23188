"""A list in the making: images, what is filled in for each, and what still keeps it from a build.

It lives in the kernel and goes with it. What an entry needs is asked of the bench's own record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from widgets.list_images import ImageFile, Looked
from workbench.bench.list_building import torn_subjects
from workbench.bench.list_views import EntryImage
from workbench.errors import UsageError
from workbench.governance.categories import Category
from workbench.governance.entries import WatchlistEntry
from workbench.governance.record import Fault
from workbench.governance.text import in_words
from workbench.matching.copies import copies_among
from workbench.matching.person_folders import Photograph

__all__ = ["FIELDS", "DraftImage", "ListDraft", "faults_of"]

FIELDS: Final = tuple(name for name in WatchlistEntry.model_fields if name != "image")
"""What is filled in for an image, in the order of the form."""

MOST_HELD: Final = 2**30
"""Bytes of handed-over files that one kernel holds; those of a folder stay where they are."""

_TRUTHS: Final = frozenset({"under_18", "lawfully_held"})
_REASONS: Final = ("rationale", "under_18_rationale", "relation")
_LONGEST: Final = 10_000


@dataclass(slots=True, eq=False)
class DraftImage:
    """An image of a list in the making.

    Attributes:
        id: names it.
        order: at which place it came.
        name: of its file, without folders.
        file: what is enrolled.
        where: where it comes from, for people.
        values: what is filled in, by field of `WatchlistEntry`.
        looked: what was seen of it; `None` until it was looked at.
        outcome: `enrolled` or `refused`, once a list was built with it as it is.
        why: of a refusal by the build, a sentence.
    """

    id: str
    order: int
    name: str
    file: ImageFile = field(repr=False)
    where: str
    values: dict[str, Any] = field(default_factory=dict)
    looked: Looked | None = None
    outcome: str = ""
    why: str = ""

    @property
    def sha256(self) -> str | None:
        """Of its file, once it was looked at."""
        return None if self.looked is None else self.looked.sha256

    @property
    def subject(self) -> str:
        """Reference of its person; empty while it is not filled in."""
        return str(self.values.get("subject", ""))

    def given(self) -> dict[str, Any]:
        """Return the values of its entry; what is asked of other categories alone is left out."""
        given = {name: one for name, one in self.values.items() if one not in {"", None}}
        if not given.get("under_18"):
            given.pop("under_18_rationale", None)
        category = given.get("category")
        if category not in set(Category) or not Category(category).is_by_relation:
            given.pop("related_to", None)
            given.pop("relation", None)
        return given | {"image": self.name}

    def entry(self) -> WatchlistEntry:
        """Return its entry.

        Raises:
            RecordError: when it is not filled in whole.
        """
        return WatchlistEntry.read(self.given(), what=f"the entry of {self.name}")


class ListDraft:
    """Images in the order in which they came; whoever uses it holds the lock of their own."""

    def __init__(self) -> None:
        """Begin with none."""
        self.images: dict[str, DraftImage] = {}
        self._numbers = count(1)

    def add(self, name: str, file: ImageFile, where: str, **values: Any) -> DraftImage:  # noqa: ANN401
        """Add an image.

        Raises:
            UsageError: when the kernel would hold too much.
        """
        self._require_room(file)
        order = next(self._numbers)
        image = DraftImage(f"image-{order}", order, _file_name(name), file, where, dict(values))
        self.images[image.id] = image
        return image

    def replace(self, image_id: str, name: str, file: ImageFile, where: str) -> DraftImage:
        """Put another image in the place of one; what was filled in stays.

        Raises:
            UsageError: when there is no such image, or the kernel would hold too much.
        """
        image = self.images.get(image_id)
        if image is None:
            msg = f"{name}: the image that it was to replace is not here any more. Drop it anew."
            raise UsageError(msg)
        self._require_room(file, but=image)
        image.name, image.file, image.where = _file_name(name), file, where
        image.looked, image.outcome, image.why = None, "", ""
        return image

    def fill(self, ids: Iterable[str], values: Mapping[str, Any]) -> list[DraftImage]:
        """Fill in fields of images; an empty text empties a field.

        Raises:
            UsageError: when a field is none, or a value is no text where one belongs.
        """
        for name, value in values.items():
            fits = isinstance(value, bool if name in _TRUTHS else str)
            if name not in FIELDS or not fits or (isinstance(value, str) and len(value) > _LONGEST):
                msg = f"{str(name)[:40]} cannot be filled in so. Fill in the form."
                raise UsageError(msg)
        found = [self.images[one] for one in ids if one in self.images]
        for image in found:
            image.values.update(values)
            image.outcome = image.why = ""
        return found

    def name_subjects(self, ids: Iterable[str]) -> list[DraftImage]:
        """Take the subjects of images from the names of their files, without the ending."""
        found = [self.images[one] for one in ids if one in self.images]
        for image in found:
            stem = re.sub(r"[^A-Za-z0-9._:-]+", "-", Path(image.name).stem).strip("-._:")
            self.fill([image.id], {"subject": stem[:100]})
        return found

    def remove(self, ids: Collection[str]) -> list[str]:
        """Let go of images; returns those that there were."""
        gone = [one for one in ids if self.images.pop(one, None) is not None]
        for image in self.images.values():
            image.outcome = image.why = ""
        return gone

    def near(self, changed: Iterable[DraftImage]) -> list[DraftImage]:
        """Return what a change of some images may be told of: copies, and the same people."""
        changed = list(changed)
        digests = {one.sha256 for one in changed} - {None}
        subjects = {one.subject for one in changed} - {""}
        ids = {one.id for one in changed}
        return [
            one
            for one in self.images.values()
            if one.id in ids or one.sha256 in digests or one.subject in subjects
        ]

    def copies(self) -> dict[str, str]:
        """Return which images are copies, by id, with the reason, as an enrolment will say it."""
        digests = Counter(one.sha256 for one in self.images.values() if one.sha256 is not None)
        images = [one for one in self.images.values() if digests[one.sha256 or ""] > 1]
        said = [Photograph(one.subject or "nobody yet", Path(one.name)) for one in images]
        found = copies_among(said, [one.sha256 for one in images])
        return {images[at].id: reason for at, reason in found.items()}

    def torn(self, subjects: Collection[str]) -> frozenset[str]:
        """Return which people's images differ in category, or in whether it is a child."""
        several = Counter(one.subject for one in self.images.values() if one.subject in subjects)
        entries = [
            one.entry()
            for one in self.images.values()
            if one.subject and several[one.subject] > 1 and not WatchlistEntry.faults(one.given())
        ]
        return frozenset(torn_subjects(entries))

    def entries(self) -> list[EntryImage]:
        """Return all entries with their images, in their order.

        Raises:
            RecordError: when one is not filled in whole.
        """
        return [EntryImage(one.entry(), one.file) for one in self.images.values()]

    def _require_room(self, file: ImageFile, but: DraftImage | None = None) -> None:
        if not isinstance(file, bytes):
            return
        held = sum(
            len(one.file)
            for one in self.images.values()
            if isinstance(one.file, bytes) and one is not but
        )
        if held + len(file) > MOST_HELD:
            msg = (
                f"the kernel holds {held:,} bytes of dropped images already, and takes no more "
                f"than {MOST_HELD:,}. Name the folder that they lie in instead."
            )
            raise UsageError(msg)


def _file_name(name: str) -> str:
    plain = re.sub(r"[/\\]", "-", name).strip()
    return plain if plain not in {"", ".", ".."} else "image"


def faults_of(image: DraftImage) -> list[Fault]:
    """Return what of an image's form is missing or wrong, as the bench will say it."""
    given = image.given()
    found = WatchlistEntry.faults(given)
    known = {one.field for one in found}
    for name in _REASONS:
        if name in known or not isinstance(given.get(name), str):
            continue
        try:
            in_words(given[name])
        except ValueError as error:
            found.append(Fault(name, str(error)))
    return found
