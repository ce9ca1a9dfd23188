"""`bench.evaluation_sets`: images that error rates are measured on, sealed and gone at their end.

Each set has a data key of its own. Whom an image shows lies sealed with it; the records know how
many people and images there are, where they come from and what allows their use. A set ends when it
was said to when it was made, or before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.bench.erasing import begin, complete
from workbench.bench.evaluation_images import (
    CheckedImage,
    EvaluationImage,
    Images,
    checked_images,
    decode_image,
)
from workbench.bench.evaluation_sealing import KIND, SetSealing
from workbench.bench.rules import rules_in_force
from workbench.errors import (
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    RefusedError,
    VaultError,
)
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.evaluation_sets import EvaluationSet, EvaluationSetPlan, require_end
from workbench.governance.holds import is_held
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.erasable import erasable_evaluation_set
from workbench.records.evaluation_sets import (
    EvaluationSetRow,
    add_evaluation_set,
    find_evaluation_set,
    list_evaluation_sets,
    require_name_is_free,
    sealed_images,
)
from workbench.records.holds import list_holds
from workbench.records.moments import as_text
from workbench.records.retained import kept_evaluation_set

__all__ = ["EvaluationSetView", "EvaluationSets"]


@dataclass(frozen=True, slots=True)
class EvaluationSetView:
    """A set as people see it.

    Attributes:
        record: what it is.
        destroyed: when its images were destroyed; `None` while they are kept.
    """

    record: EvaluationSet
    destroyed: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        destroyed = None if self.destroyed is None else as_text(self.destroyed)
        return {**self.record.plain(), "destroyed": destroyed}


class EvaluationSets:
    """Evaluation sets of a bench, by name."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def seal(self, images: Images, values: Mapping[str, Any]) -> EvaluationSetView:
        """Make a set: seal every image with whom it shows, or nothing at all.

        Args:
            images: a folder that holds a folder of images for each person, or pairs of a person
                and an image (the bytes or the path of a file). The files stay where they are.
            values: by field of `EvaluationSetPlan`: name, use, origin, basis, evidence and ends.

        Raises:
            ImageError: when an image cannot be decoded.
            NotPermittedError: when the role may not.
            RecordError: names every field that is missing or wrong, also an end that is past or
                too far ahead, and what is wrong with the images.
            RefusedError: when there is a set of that name, or the bench holds a demonstration.
        """
        checked = self._looked_at(images, values)
        sealing = SetSealing(self._context)
        try:
            sealing.ahead(checked)
            with self._context.acting(Permission.EVALUATION_SET_SEAL) as acting:
                row = self._kept(acting, sealing, values, checked)
                sealing.is_kept = True
        except BaseException:
            sealing.undo()
            raise
        return EvaluationSetView(row.record)

    def list(self) -> list[EvaluationSetView]:
        """Return all sets by when they were made, also those that are destroyed; no image.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.EVALUATION_SET_CONSULT) as acting:
            rows = list_evaluation_sets(acting.connection)
            acting.log(Verb.CONSULT, justification="listing evaluation sets, no person in them")
        return [EvaluationSetView(row.record, row.destroyed) for row in rows]

    def read(self, name: str, *, justification: str) -> Iterator[EvaluationImage]:
        """Return the images of a set one by one, in no order that means anything.

        Reading is logged once, before the first of them is opened. They stop coming once the set
        has ended or is being destroyed, or whoever reads is not logged in any more.

        Raises:
            CredentialError: when whoever reads is disabled, or not logged in any more.
            NotAuthorisedError: when the set has ended and no legal hold keeps it.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
            VaultError: when an image is missing or damaged.
        """
        with self._on(Permission.EVALUATION_SET_READ, name) as (acting, row):
            self._require_kept(acting.connection, row, acting.now)
            sealed = sealed_images(acting.connection, row.id)
            if len(sealed) != row.record.images:
                msg = (
                    f"evaluation set {row.name} has {len(sealed):,} of its {row.record.images:,} "
                    "images. Restore records and vault from one backup."
                )
                raise VaultError(msg)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=justification,
                details={"name": row.name, "images": len(sealed)},
            )
        return self._opened(row, sealed)

    def require_readable(self, name: str) -> None:
        """Refuse where the images of a set may not be read here and now; none is read.

        For whoever holds what `read` gave, before each further use of it. A refusal is logged; a
        right that is still there is not, since the reading was.

        Raises:
            CredentialError: when whoever reads is disabled, or not logged in any more.
            NotAuthorisedError: when the set has ended and no legal hold keeps it.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
        """
        now = self._context.now()
        try:
            self._context.require(Permission.EVALUATION_SET_READ)
            with self._context.store.reading() as connection:
                self._context.require_current(connection, now)
                self._require_kept(connection, find_evaluation_set(connection, name), now)
        except (NotAuthorisedError, NotPermittedError):
            with self._on(Permission.EVALUATION_SET_READ, name):
                raise  # in a transaction, which logs the refusal

    def end(self, name: str) -> DeletionCertificate:
        """End a set now and destroy its images, its key first.

        Raises:
            HeldError: when a legal hold keeps it.
            IllegalMoveError: when it is destroyed, or being destroyed, already.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
        """
        with self._on(Permission.EVALUATION_SET_END, name) as (acting, row):
            kept = kept_evaluation_set(acting.connection, row.id)
            if kept is None:
                raise IllegalMoveError(_gone(row))
            due = rules_in_force(acting.connection).retention.due(kept)
            erasure = begin(acting, erasable_evaluation_set(acting.connection, row.id), due=due)
        return complete(self._context, erasure)

    def _looked_at(self, images: Images, values: Mapping[str, Any]) -> Sequence[CheckedImage]:
        """Look at all images before the transaction, since decoding them may take minutes.

        Nothing is looked at where a rule refuses the set: the transaction says so, and logs it.
        """
        if not self._context.may(Permission.EVALUATION_SET_SEAL):
            return ()
        try:
            with self._context.store.reading() as connection:
                self._planned(connection, values, self._context.now())
        except RefusedError:
            return ()
        from workbench.images import ImageLimits  # noqa: PLC0415 - opens quickly

        limits = self._context.settings.images
        return checked_images(images, ImageLimits(limits.max_pixels, limits.max_bytes))

    def _planned(
        self, connection: Connection, values: Mapping[str, Any], now: datetime
    ) -> EvaluationSetPlan:
        """Return what is said of a set to be, unless it cannot be made here and now."""
        if self._context.is_demonstration:
            msg = (
                "this bench holds a demonstration, and nobody else's data: no evaluation set can "
                "be sealed in it. Make a bench for operation with workbench init."
            )
            raise RefusedError(msg)
        plan = EvaluationSetPlan.read(values, what="the evaluation set")
        require_said(
            plan, what="the evaluation set", reasons=("use",), names=("origin", "evidence")
        )
        require_end(plan, now, longest=rules_in_force(connection).longest_evaluation_set)
        require_name_is_free(connection, plan.name)
        return plan

    def _kept(
        self,
        acting: Acting,
        sealing: SetSealing,
        values: Mapping[str, Any],
        images: Sequence[CheckedImage],
    ) -> EvaluationSetRow:
        """Keep a set with its images, in the caller's transaction."""
        plan = self._planned(acting.connection, values, acting.now)
        record = EvaluationSet.read(
            {
                **plan.plain(),
                "id": sealing.set_id,
                "owner": acting.name,
                "made": acting.now,
                "subjects": len({one.subject for one in images}),
                "images": len(images),
            },
            what="the evaluation set",
        )
        row = EvaluationSetRow(record, key_id=sealing.key_id)
        add_evaluation_set(acting.connection, row)
        sealing.keep(acting, images)
        acting.serving(row.id).log(
            Verb.COLLECT,
            [row.id],
            details={
                "name": row.name,
                "basis": record.basis.value,
                "subjects": record.subjects,
                "images": record.images,
                "ends": as_text(record.ends),
            },
        )
        return row

    def _opened(self, row: EvaluationSetRow, sealed: Sequence[str]) -> Iterator[EvaluationImage]:
        """Open images one by one, each while the set is kept, for somebody who may still ask."""
        for object_id in sealed:
            now = self._context.now()
            with self._context.store.reading() as connection:
                self._context.require_current(connection, now)
                self._require_kept(connection, row, now)
                document = self._context.vault.get(connection, object_id)
            yield decode_image(document, f"{KIND} {object_id}")

    def _require_kept(self, connection: Connection, row: EvaluationSetRow, now: datetime) -> None:
        """Raise `NotAuthorisedError` where the images of a set are to be read no more."""
        if kept_evaluation_set(connection, row.id) is None:
            raise NotAuthorisedError(_gone(row))
        if row.record.ends <= now and not is_held(row.id, row.id, list_holds(connection), now):
            msg = (
                f"evaluation set {row.name} ended at {spoken(row.record.ends)}, so none of its "
                "images is read any more: they are destroyed at the next opening of the bench. "
                "Make a new set."
            )
            raise NotAuthorisedError(msg)

    @contextmanager
    def _on(self, permission: Permission, name: str) -> Iterator[tuple[Acting, EvaluationSetRow]]:
        """Give a transaction that serves a set; a refusal is said before whether there is one."""
        purpose = ADMINISTRATION
        if self._context.may(permission):
            with self._context.store.reading() as connection:
                purpose = find_evaluation_set(connection, name).id
        objects = [] if purpose == ADMINISTRATION else [purpose]
        with self._context.acting(permission, purpose=purpose, objects=objects) as acting:
            yield acting, find_evaluation_set(acting.connection, name)


def _gone(row: EvaluationSetRow) -> str:
    at = "" if row.destroyed is None else f" at {spoken(row.destroyed)}"
    return (
        f"the images of evaluation set {row.name} were destroyed{at}, or are being destroyed. Look "
        "at its certificate, or have a data-protection officer do so: workbench retention "
        "certificate."
    )
