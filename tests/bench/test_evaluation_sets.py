"""Evaluation sets on a real bench in a folder: sealed whole, read with a reason, gone at their end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_steps import AsRole, log_of
from drawn_faces import portrait
from evaluation_values import NAME, PEOPLE, WHY_READ, folder_of, hidden_pieces, set_values
from kept_values import copied, kept_files, rows_of

from workbench.bench import Workbench
from workbench.bench.evaluation_images import EvaluationImage, checked_images
from workbench.bench.evaluation_sealing import SetSealing
from workbench.errors import (
    CredentialError,
    HeldError,
    IllegalMoveError,
    ImageError,
    KeyDestroyedError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
    UnknownRecordError,
    VaultError,
    WorkbenchError,
)
from workbench.governance.certificates import DeletionCertificate, Result
from workbench.governance.holds import HoldGround
from workbench.governance.retention import RetentionClass
from workbench.governance.roles import Role
from workbench.images import encode_jpeg, encode_png
from workbench.records.audit.verbs import Verb

pytestmark = pytest.mark.slow

Maker = Any


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of images for each of two people, elsewhere than the bench."""
    return folder_of(tmp_path / "photographs")


@pytest.fixture
def sealed(bench: Maker, folder: Path) -> Maker:
    """Return a bench with a set."""
    with bench.open("data-scientist") as scientist:
        scientist.evaluation_sets.seal(folder, set_values(bench.clock()))
    return bench


def read(workbench: Workbench, name: str = NAME) -> list[EvaluationImage]:
    return list(workbench.evaluation_sets.read(name, justification=WHY_READ))


def of_files(folder: Path) -> set[tuple[str, bytes]]:
    return {(path.parent.name, path.read_bytes()) for path in folder.rglob("*.png")}


def as_pairs(images: list[EvaluationImage]) -> set[tuple[str, bytes]]:
    return {(one.subject, one.data) for one in images}


class TestSealing:
    def test_what_is_sealed_is_read_as_it_was(self, bench: Maker, folder: Path) -> None:
        with bench.open("data-scientist") as scientist:
            made = scientist.evaluation_sets.seal(folder, set_values(bench.clock())).record
            assert (made.name, made.owner, made.subjects, made.images) == (
                NAME, "data-scientist", 2, 3
            )  # fmt: skip
            assert made.made == bench.clock()
            images = read(scientist)
            assert as_pairs(images) == of_files(folder)
            assert len(images) == 3
            assert [one.record for one in scientist.evaluation_sets.list()] == [made]
        assert "MARKER-person" not in repr(images[0]).replace(images[0].subject, "")

    def test_pairs_will_do(self, bench: Maker, folder: Path) -> None:
        file = next(folder.rglob("*.png"))
        pairs = [("a", encode_jpeg(portrait(7))), ("b", encode_png(portrait(8))), ("a", file)]
        with bench.open("data-scientist") as scientist:
            made = scientist.evaluation_sets.seal(iter(pairs), set_values(bench.clock())).record
            assert (made.subjects, made.images) == (2, 3)
            assert as_pairs(read(scientist)) == {*pairs[:2], ("a", file.read_bytes())}

    def test_each_set_has_one_key_of_its_own(self, sealed: Maker, folder: Path) -> None:
        with sealed.open("data-scientist") as scientist:
            scientist.evaluation_sets.seal(folder, set_values(sealed.clock(), name="SECOND"))
            with scientist._context.store.reading() as connection:
                found = connection.exec_driver_sql(
                    "SELECT k.id, k.retention, k.purpose, s.id, count(*) FROM evaluation_sets s "
                    "JOIN data_keys k ON k.id = s.key_id "
                    "JOIN vault_objects v ON v.key_id = k.id AND v.purpose = s.id GROUP BY k.id"
                ).all()
        assert len({row[0] for row in found}) == 2
        assert [row[1] for row in found] == ["evaluation-set"] * 2
        assert all(row[2] == row[3] for row in found)
        assert [row[4] for row in found] == [3, 3]
        assert len(kept_files(sealed)[1]) == 2

    def test_nothing_of_an_image_is_anywhere_in_clear(
        self, sealed: Maker, folder: Path, tmp_path: Path
    ) -> None:
        places = (sealed.folder, sealed.settings.keys.folder, sealed.settings.witness)
        pieces = hidden_pieces(folder)
        assert len(pieces) > 50

        def found() -> list[bytes]:
            files = [
                one
                for place in places
                for one in ([place] if place.is_file() else place.rglob("*"))
                if one.is_file()
            ]
            assert len(files) > 8
            stored = b"".join(one.read_bytes() for one in files)
            return [piece for piece in pieces if piece in stored]

        assert found() == []
        shutil.copytree(folder, sealed.folder / "in-clear")  # what would be found
        (sealed.folder / "names").write_text(str(list(folder.rglob("*"))), "utf-8")
        assert found() == pieces

    def test_making_and_reading_are_logged_once_each_without_a_person(
        self, sealed: Maker, folder: Path
    ) -> None:
        with sealed.open("data-scientist") as scientist:
            images = scientist.evaluation_sets.read(NAME, justification=WHY_READ)
            before = len(log_of(scientist))
            assert len(list(images)) == 3
            entries = log_of(scientist)
        assert len(entries) == before, "it is logged before the first of them is opened"
        made, looked = [one for one in entries if one.details.get("name") == NAME]
        assert (made.verb, made.details["images"], made.details["basis"]) == (
            Verb.COLLECT, 3, "written-consent"
        )  # fmt: skip
        assert (looked.verb, looked.justification) == (Verb.CONSULT, WHY_READ)
        assert looked.objects == made.objects == (looked.purpose,)
        assert "MARKER" not in str(entries)

    def test_reading_needs_a_reason(self, sealed: Maker) -> None:
        with (
            sealed.open("data-scientist") as scientist,
            pytest.raises(RecordError, match="justification: is empty; fill it in"),
        ):
            scientist.evaluation_sets.read(NAME, justification="")


class Rewritten(type(Path())):  # type: ignore[misc]
    """A file that somebody writes to once it was read, which asks for its path."""

    times_asked = 0

    def __fspath__(self) -> str:
        self.times_asked += 1
        if self.times_asked == 3:
            Path(str(self)).write_bytes(encode_png(portrait(99)))
        return str(self)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _no_image(folder: Path) -> None:
    for path in folder.rglob("*.png"):
        path.unlink()


def _one_without(folder: Path) -> None:
    (folder / "nobody").mkdir()


def _damaged(folder: Path) -> None:
    file = max(folder.rglob("*.png"))
    file.write_bytes(file.read_bytes()[:900])


def _no_picture(folder: Path) -> None:
    max(folder.rglob("*.png")).write_text("not a picture", "utf-8")


def _stray(folder: Path) -> None:
    (folder / "MARKER-person-one" / "notes.txt").write_text("hello", "utf-8")


def _beside(folder: Path) -> None:
    (folder / "lonely.png").write_bytes(encode_png(portrait(9)))


def kept_of(sealed: Maker) -> Any:
    """Return what tells all that is kept: rows, sealed files, keys."""
    with sealed.open("data-scientist") as scientist:
        rows = {
            table: rows_of(scientist, table)
            for table in ("evaluation_sets", "data_keys", "vault_objects")
        }
    return rows, kept_files(sealed)


def refuses(
    sealed: Maker, error: type[WorkbenchError], said: str, images: Any, **changes: Any
) -> None:
    """Seal a second set, expect an error, and that nothing is kept of it."""
    kept = kept_of(sealed)
    values = set_values(sealed.clock(), name="SECOND") | changes
    with sealed.open("data-scientist") as scientist, pytest.raises(error, match=said):
        scientist.evaluation_sets.seal(images, values)
    assert kept_of(sealed) == kept


class TestRefused:
    @pytest.mark.parametrize(
        ("spoil", "error", "said"),
        [
            (_empty, RecordError, "there is no folder of a person in it"),
            (_no_image, RecordError, "the folder holds no image"),
            (_one_without, RecordError, "nobody: the folder holds no image"),
            (_damaged, ImageError, "is damaged or cut short"),
            (_no_picture, ImageError, "this is not an image, whatever its name says"),
            (_stray, RecordError, r"notes\.txt: is not an image file"),
            (_beside, RecordError, r"lonely\.png: lies in no person's folder"),
            (shutil.rmtree, RecordError, "cannot be read"),
        ],
    )
    def test_images_that_cannot_be_used(
        self,
        sealed: Maker,
        folder: Path,
        spoil: Callable[[Path], None],
        error: type[WorkbenchError],
        said: str,
    ) -> None:
        spoil(folder)
        refuses(sealed, error, said, folder)

    @pytest.mark.parametrize(
        ("pairs", "said"),
        [
            ([], "there is no image to seal"),
            ([("", b"x")], "image 1: whom it shows must have a name"),
            ([("a\x1b[2J", b"x")], "image 1: whom it shows must have a name"),
            ([("a" * 201, b"x")], "image 1: whom it shows must have a name"),
            ([("a", b"")], r"image 1: the file is empty \(0 bytes\)"),
            ([("a", b"x")] * 10_001, "10,001 images are more than the 10,000"),
        ],
    )
    def test_pairs_that_cannot_be_used(self, sealed: Maker, pairs: Any, said: str) -> None:
        refuses(sealed, WorkbenchError, said, pairs)

    @pytest.mark.parametrize(
        ("changes", "error", "said"),
        [
            ({"use": "."}, RecordError, "use: says nothing that could be checked later"),
            ({"origin": "."}, RecordError, "origin: names nothing"),
            ({"evidence": "xxxx"}, RecordError, "evidence: names nothing"),
            ({"ends": "2026-11-25T09:00:00+00:00"}, RecordError, "cannot end at 2026-11-25 09:00"),
            ({"ends": "2027-11-26T09:00:01+00:00"}, RecordError, "at most 366 days ahead"),
            ({"basis": "other"}, RecordError, "nothing is left open here"),
            ({"name": NAME}, RefusedError, "there is, or was, an evaluation set VOLUNTEERS/2026"),
            ({"name": NAME.lower()}, RefusedError, "Each has a name of its own: choose another"),
        ],
    )
    def test_what_is_said_of_it_and_cannot_be(
        self,
        sealed: Maker,
        folder: Path,
        changes: dict[str, Any],
        error: type[WorkbenchError],
        said: str,
    ) -> None:
        refuses(sealed, error, said, folder, **changes)

    def test_a_file_that_changes_meanwhile_leaves_nothing_behind(
        self, sealed: Maker, folder: Path
    ) -> None:
        kept = kept_of(sealed)
        first, *_, last = sorted(folder.rglob("*.png"))
        pairs = [("a", first), ("b", Rewritten(last))]
        with (
            sealed.open("data-scientist") as scientist,
            pytest.raises(ImageError, match="was changed while the set was being sealed"),
        ):
            scientist.evaluation_sets.seal(pairs, set_values(sealed.clock(), name="SECOND"))
        assert kept_of(sealed) == kept

    def test_what_a_sealing_that_was_cut_off_left_is_swept(
        self, sealed: Maker, folder: Path
    ) -> None:
        kept = kept_of(sealed)
        with sealed.open("data-scientist") as scientist:
            sealing = SetSealing(scientist._context)
            sealing.ahead(checked_images(folder))  # and then the machine stops
        files, keys = kept_files(sealed)
        assert (len(files), len(keys)) == (len(kept[1][0]) + 3, len(kept[1][1]) + 1)
        sealed.clock.turn(hours=2)
        for path in (*files, *keys):
            os.utime(path, (sealed.clock().timestamp() - 7200,) * 2)
        with sealed.open("data-protection-officer") as officer:
            officer.retention.run()
        assert kept_of(sealed) == kept

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.DATA_SCIENTIST}))
    def test_other_roles(self, sealed: Maker, folder: Path, role: Role) -> None:
        with sealed.open(f"{role.value}-2") as other:
            sets = other.evaluation_sets
            with pytest.raises(NotPermittedError, match="may not seal an evaluation set"):
                sets.seal(folder, set_values(sealed.clock(), name="SECOND"))
            with pytest.raises(NotPermittedError, match="may not read the images of an eval"):
                sets.read(NAME, justification=WHY_READ)
            with pytest.raises(NotPermittedError, match="may not end an evaluation set"):
                sets.end(NAME)
            if role is Role.DATA_PROTECTION_OFFICER:
                assert [one.record.name for one in sets.list()] == [NAME]
            else:
                with pytest.raises(NotPermittedError, match="may not list evaluation sets"):
                    sets.list()
            refusals = [one for one in log_of(other) if one.verb is Verb.REFUSAL]
            assert len(refusals) == (3 if role is Role.DATA_PROTECTION_OFFICER else 4)

    def test_a_demonstration_holds_none(
        self, make_bench: Callable[..., Maker], folder: Path
    ) -> None:
        maker = make_bench("demonstration")
        with maker.open("data-scientist") as scientist:
            with pytest.raises(RefusedError, match="this bench holds a demonstration, and nobody"):
                scientist.evaluation_sets.seal(folder, set_values(maker.clock()))
            assert rows_of(scientist, "evaluation_sets") == 0

    def test_one_that_is_not_there(self, as_role: AsRole) -> None:
        scientist = as_role("data-scientist")
        with pytest.raises(UnknownRecordError, match="there is no evaluation set NOWHERE"):
            scientist.evaluation_sets.read("NOWHERE", justification=WHY_READ)
        with pytest.raises(UnknownRecordError, match="there is no evaluation set NOWHERE"):
            scientist.evaluation_sets.end("NOWHERE")


class TestEnd:
    def test_it_goes_at_its_end_by_itself_with_a_certificate(self, sealed: Maker) -> None:
        with sealed.open("data-protection-officer") as officer:
            (row,) = officer.retention.plan().rows
            assert (row.state, row.retention, row.reference) == ("upcoming", "evaluation-set", NAME)
            assert row.due == sealed.clock() + timedelta(days=30)
        sealed.clock.turn(days=30)
        with sealed.open("data-protection-officer") as officer:
            (certificate,) = officer.at_opening.certificates
            assert officer.retention.certificates(NAME) == [certificate]
            issued = officer.retention.certificate(certificate.id)
            (view,) = officer.evaluation_sets.list()
        _is_whole(certificate)
        assert (issued.reference, certificate.late_by_s) == (NAME, 0)
        assert view.destroyed == sealed.clock()
        assert kept_files(sealed) == ([], [])

    def test_a_moment_before_it_is_all_there(self, sealed: Maker) -> None:
        sealed.clock.turn(days=30, microseconds=-1)
        with sealed.open("data-scientist") as scientist:
            assert scientist.at_opening.certificates == ()
            assert len(read(scientist)) == 3

    def test_ended_now_it_is_gone_now(self, sealed: Maker) -> None:
        sealed.clock.turn(hours=1)
        with sealed.open("data-scientist") as scientist:
            certificate = scientist.evaluation_sets.end(NAME)
            _is_whole(certificate)
            assert (certificate.due, certificate.late_by_s) == (
                sealed.clock() + timedelta(days=30, hours=-1), 0
            )  # fmt: skip
            with pytest.raises(NotAuthorisedError, match="were destroyed at 2026-11-25 10:00 UTC"):
                read(scientist)
            with pytest.raises(IllegalMoveError, match="Look at its certificate"):
                scientist.evaluation_sets.end(NAME)
            steps = [one for one in log_of(scientist) if one.verb is Verb.ERASE]
            verified = scientist._context.store.log.verify(scientist._context.store.reading)
        assert [one.details["step"] for one in steps] == ["begun", "ended"]
        assert steps[-1].details["digest"] == certificate.digest()
        assert verified.ok
        assert kept_files(sealed) == ([], [])

    def test_a_copy_from_before_yields_nothing_with_the_keys_of_now(
        self, sealed: Maker, folder: Path, tmp_path: Path
    ) -> None:
        copy = copied(sealed, tmp_path / "before")
        sealed.clock.turn(days=31)
        with sealed.open("data-scientist"):
            pass
        with copy.open("data-scientist") as scientist:
            assert as_pairs(read(scientist)) == of_files(folder), "its own keys open it"
        shutil.rmtree(copy.settings.keys.folder)
        shutil.copytree(sealed.settings.keys.folder, copy.settings.keys.folder)
        with copy.open("data-scientist") as scientist:
            images = scientist.evaluation_sets.read(NAME, justification=WHY_READ)
            with pytest.raises(KeyDestroyedError, match="is not in the key store"):
                next(images)
        stored = b"".join(one.read_bytes() for one in copy.folder.rglob("*") if one.is_file())
        assert not [piece for piece in hidden_pieces(folder) if piece in stored]

    def test_a_hold_keeps_it_past_its_end_until_another_releases_it(self, sealed: Maker) -> None:
        with sealed.open("data-protection-officer") as officer:
            hold = officer.holds.place(
                NAME,
                ground=HoldGround.REGULATOR,
                reason="The Commissioner asks how street/1 was measured.",
                review_by=sealed.clock() + timedelta(days=90),
            )
        with (
            sealed.open("data-scientist") as scientist,
            pytest.raises(HeldError, match="is kept by legal hold"),
        ):
            scientist.evaluation_sets.end(NAME)
        sealed.clock.turn(days=40)
        with sealed.open("data-scientist") as scientist:
            assert len(read(scientist)) == 3
        with sealed.open("data-protection-officer") as officer:
            assert [row.state for row in officer.retention.plan().rows] == ["held"]
        with sealed.open("authorising-officer") as other:
            other.holds.release(hold.id, reason="It was answered.")
        with sealed.open("data-protection-officer") as officer:
            (certificate,) = officer.at_opening.certificates
        _is_whole(certificate)
        assert certificate.late_by_s == timedelta(days=10).total_seconds()

    def test_past_its_end_nothing_is_read_of_it_on_a_bench_that_stayed_open(
        self, sealed: Maker
    ) -> None:
        sealed.clock.turn(days=30, hours=-1)
        with sealed.open("data-scientist") as scientist:
            images = scientist.evaluation_sets.read(NAME, justification=WHY_READ)
            next(images)
            sealed.clock.turn(hours=1)
            ended = "ended at 2026-12-25 09:00 UTC, so none of its images is read any more"
            with pytest.raises(NotAuthorisedError, match=ended):
                next(images)
            with pytest.raises(NotAuthorisedError, match="were destroyed at 2026-12-25 09:00 UTC"):
                read(scientist)

    def test_it_is_not_read_on_by_somebody_who_is_out(self, sealed: Maker) -> None:
        with sealed.open("data-scientist") as scientist:
            images = scientist.evaluation_sets.read(NAME, justification=WHY_READ)
            next(images)
            with sealed.open("administrator") as administrator:
                administrator.users.change("data-scientist", active=False)
            with pytest.raises(CredentialError, match="data-scientist is disabled"):
                next(images)

    def test_it_is_not_read_while_another_process_destroys_it(self, sealed: Maker) -> None:
        with sealed.open("data-scientist") as scientist:
            images = scientist.evaluation_sets.read(NAME, justification=WHY_READ)
            next(images)
            with sealed.open("data-scientist-2") as another:
                another.evaluation_sets.end(NAME)
            with pytest.raises(NotAuthorisedError, match="were destroyed"):
                next(images)

    def test_an_image_that_is_missing_is_noticed(self, sealed: Maker) -> None:
        kept_files(sealed)[0][0].unlink()
        with sealed.open("data-scientist") as scientist, pytest.raises(VaultError, match="missing"):
            read(scientist)

    def test_a_row_that_is_missing_is_noticed(self, sealed: Maker) -> None:
        with sealed.open("data-scientist") as scientist:
            with scientist._context.system() as acting:
                acting.connection.exec_driver_sql(
                    "DELETE FROM vault_objects WHERE id = (SELECT min(id) FROM vault_objects)"
                )
                acting.log(Verb.ADMINISTER)
            with pytest.raises(VaultError, match="has 2 of its 3 images"):
                read(scientist)


def _is_whole(certificate: DeletionCertificate) -> None:
    assert certificate.retention is RetentionClass.EVALUATION_SET
    assert certificate.result is Result.COMPLETE
    assert certificate.objects == (certificate.purpose,)
    assert len(certificate.keys) == 1
    assert certificate.counts == {
        "evaluation-sets": 1,
        "images": sum(len(seeds) for seeds in PEOPLE.values()),
        "subjects": len(PEOPLE),
        "keys": 1,
        "sealed-objects": 3,
    }
