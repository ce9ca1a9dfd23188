"""A mailbox as witness: whole messages that any mail program reads."""

from __future__ import annotations

import mailbox
import stat
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

import pytest

from workbench.errors import AuditError, OutputError
from workbench.records.audit.checkpoints import Checkpoint, Signer
from workbench.records.audit.mail_witness import MailWitness

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
SIGNER = Signer.generate()


def checkpoint(seq: int, bench: str = "bench-1") -> Checkpoint:
    return SIGNER.sign(bench, seq, f"{seq:064x}", AT)


def found(witness: MailWitness) -> list[Checkpoint | None]:
    return [one.checkpoint for one in witness.read()]


def test_a_mailbox_without_messages_holds_nothing(tmp_path: Path) -> None:
    witness = MailWitness(tmp_path)
    witness.check()
    assert found(witness) == []
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("bench", ["bench-1", "Zoë's bench 山田"])
def test_a_message_is_read_again(tmp_path: Path, bench: str) -> None:
    witness = MailWitness(tmp_path)
    for seq in (1, 2):
        witness.append(checkpoint(seq, bench))
    assert found(MailWitness(tmp_path)) == [checkpoint(1, bench), checkpoint(2, bench)]
    assert list((tmp_path / "tmp").iterdir()) == []
    message = next((tmp_path / "new").iterdir())
    assert stat.S_IMODE(message.stat().st_mode) == 0o600


def test_a_mail_program_reads_it(tmp_path: Path) -> None:
    MailWitness(tmp_path).append(checkpoint(12))
    message: Message = next(iter(mailbox.Maildir(tmp_path, create=False)))
    assert message["Subject"] == "Audit checkpoint of bench-1: entry 12"
    assert message["Date"] == "Wed, 25 Nov 2026 09:30:00 +0000"
    assert checkpoint(12).line in str(message.get_payload(decode=False))


def test_a_message_that_was_read_or_sent_on_still_counts(tmp_path: Path) -> None:
    witness = MailWitness(tmp_path)
    witness.append(checkpoint(1))
    found_before = witness.read()
    message = next((tmp_path / "new").iterdir())
    message.rename(tmp_path / "cur" / f"{message.name}:2,S")
    assert [one.checkpoint for one in found_before] == [checkpoint(1)]
    assert found(witness) == [checkpoint(1)]


def test_a_message_that_is_none_of_ours_is_told(tmp_path: Path) -> None:
    witness = MailWitness(tmp_path)
    witness.append(checkpoint(1))
    for number, content in enumerate((b"", b"\xff\xfe", b"Subject: hello\n\nhello\n", b"\n{}\n")):
        (tmp_path / "new" / f"other-{number}").write_bytes(content)
    assert found(witness) == [checkpoint(1), None, None, None, None]
    assert not any(one.torn for one in witness.read())


def test_messages_may_be_spaced(tmp_path: Path) -> None:
    witness = MailWitness(tmp_path, every=10)
    for seq in range(1, 25):
        witness.append(checkpoint(seq))
    assert [one.seq for one in found(witness) if one] == [1, 11, 21]


def test_two_processes_never_take_one_name(tmp_path: Path) -> None:
    for witness in (MailWitness(tmp_path), MailWitness(tmp_path)):
        witness.append(checkpoint(1))
    assert len(found(MailWitness(tmp_path))) == 2


def test_a_missing_mailbox_is_never_made(tmp_path: Path) -> None:
    witness = MailWitness(tmp_path / "mail")
    for act in (witness.check, lambda: witness.append(checkpoint(1))):
        with pytest.raises(OutputError, match="mail cannot be written"):
            act()
    with pytest.raises(AuditError, match="mail cannot be read"):
        witness.read()
    assert list(tmp_path.iterdir()) == []


def test_nothing_partial_is_left_where_a_message_cannot_be_delivered(tmp_path: Path) -> None:
    witness = MailWitness(tmp_path)
    (tmp_path / "new").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        witness.append(checkpoint(1))
    (tmp_path / "new").unlink()
    witness.append(checkpoint(1))
    assert found(witness) == [checkpoint(1)]
    assert list((tmp_path / "tmp").iterdir()) == []
