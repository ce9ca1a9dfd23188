"""An export is checked by someone who has the documentation and nothing of ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.records.audit.exporting import export, s62_extract
from workbench.records.audit.reading import entries
from workbench.records.audit.verbs import Verb

Make = Callable[..., Any]


def third_party(lines: list[str], public_key: str) -> int:
    """Check an export as the documentation says; return how many entries it has."""

    def digest(*parts: str) -> str:
        raw = b"".join(len(p.encode()).to_bytes(8, "big") + p.encode() for p in parts)
        return hashlib.sha256(raw).hexdigest()

    first, *middle, last = [json.loads(line) for line in lines]
    assert first["kind"] == "log"
    assert first["form"] == "workbench audit export 1"
    previous = digest("workbench audit log 1", first["bench"])
    assert first["genesis"] == previous
    for seq, line in enumerate(middle, 1):
        assert line["kind"] == "entry"
        assert line["seq"] == seq
        assert line["previous"] == previous
        previous = digest(previous, str(seq), line["body"])
        assert line["hash"] == previous
        json.loads(line["body"])
    assert last["kind"] == "head"
    assert (last["bench"], last["seq"], last["hash"]) == (first["bench"], len(middle), previous)
    said = ("workbench audit checkpoint 1", first["bench"], str(last["seq"]), previous, last["at"])
    message = b"".join(len(p.encode()).to_bytes(8, "big") + p.encode() for p in said)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    key.verify(bytes.fromhex(last["signature"]), message)
    return len(middle)


def exported(bench: Any) -> list[str]:
    return list(export(bench.rows(), bench_id="bench-1", head=bench.checkpoint()))


def test_an_empty_log_is_its_first_line(bench: Any) -> None:
    (line,) = exported(bench)
    assert json.loads(line)["bench"] == "bench-1"


def test_a_third_party_can_check_it(bench: Any, make_draft: Make) -> None:
    bench.fill(3)
    bench.append(make_draft(Verb.CONSULT, justification="Zoë's\nrequest \\ <b>", actor="山田"))
    lines = exported(bench)
    assert all("\n" not in line for line in lines)
    assert third_party(lines, bench.signer.public_key) == 4


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_third_party_finds_a_change(bench: Any, number: int) -> None:
    bench.fill(2)
    lines = exported(bench)
    for old, new in (("bench-1", "bench-2"), ("alert-0", "alert-9"), ("alert-1", "alert-9")):
        if old in lines[number]:
            lines[number] = lines[number].replace(old, new)
            break
    else:
        lines[number] = lines[number].replace('"at":"2026', '"at":"2027')
    with pytest.raises(Exception):  # noqa: B017, PT011 - an assertion or a wrong signature
        third_party(lines, bench.signer.public_key)


def test_a_damaged_log_is_exported_as_it_is(bench: Any) -> None:
    bench.fill(3)
    bench.sql("UPDATE audit SET body = x'ff', hash = x'ff' WHERE seq = 2")
    lines = [json.loads(line) for line in exported(bench)]
    assert lines[2] == {
        "kind": "entry",
        "seq": 2,
        "previous": lines[1]["hash"],
        "body": None,
        "hash": None,
    }
    assert lines[3]["previous"] is None


def test_the_extract_is_of_section_62_alone(bench: Any, make_draft: Make) -> None:
    with bench.reading() as connection:
        assert list(s62_extract(entries(connection))) == []
    bench.append(make_draft())
    bench.append(make_draft(Verb.COLLECT, objects=("watchlist-1",), purpose="d-1"))
    bench.append(make_draft(Verb.EXPORT, recipient="a court"))
    bench.append(
        make_draft(
            Verb.DISCLOSE,
            purpose="d-1",
            justification="ordered, for a test",
            recipient="a court",
            objects=("a",),
        )
    )
    with bench.reading() as connection:
        first, second = s62_extract(entries(connection))
    assert first.plain() == {
        "seq": 2,
        "utc": "2026-11-25T09:30:02Z",
        "verb": "collect",
        "actor": "a.person",
        "role": "analyst",
        "purpose": "d-1",
        "justification": None,
        "recipient": None,
        "objects": ["watchlist-1"],
        "result": "done",
    }
    assert (second.seq, second.verb, second.justification, second.recipient) == (
        4,
        Verb.DISCLOSE,
        "ordered, for a test",
        "a court",
    )
