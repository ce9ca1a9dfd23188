"""`workbench watchlist` and `workbench enrol` on a real bench."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_bench import CommandBench, make_command_bench
from list_values import entry_values

from workbench.bench.default_policies import load_default_policies
from workbench.bench.entry_files import COLUMNS
from workbench.bench.planning import plan_under
from workbench.cli import main
from workbench.evaluation.planner_words import plan_sentences
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.setups import Matcher


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, Any]:
        """What it wrote as JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="module")
def references() -> Iterator[str]:
    """Give references that no other test uses."""
    return (f"2026-11/TEST-{number}" for number in range(1, 1000))


@pytest.fixture
def reference(bench: CommandBench, references: Iterator[str]) -> str:
    """Apply for a deployment and return its reference."""
    return bench.apply(reference=next(references))


@pytest.fixture
def run(
    bench: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Give the command line within this process: `run("analyst", "watchlist", ...)`."""

    def ended(role: str, *words: object) -> Ended:
        for name, value in bench.environment(role).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return ended


@pytest.fixture
def photographs(tmp_path: Path, store: ArtefactStore) -> Path:
    """Return a folder with portraits of two people and a text that is none."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name, sample in (("NOM-1.jpg", "person_a_1"), ("NOM-2.jpg", "person_b_1")):
        shutil.copy(store.path(f"sample/{sample}"), folder / name)
    (folder / "NOM-3.jpg").write_text("no picture")
    return folder


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Return a manifest of three entries."""
    path = tmp_path / "entries.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in (1, 2, 3):
            subject = f"NOM-{number}"
            values = entry_values(subject=subject, image=f"{subject}.jpg", lawfully_held="yes")
            writer.writerow(values)
    return path


@pytest.fixture
def built(run: Run, reference: str, photographs: Path, manifest: Path) -> dict[str, Any]:
    """Build a list of two, and return what the command said."""
    ended = run(
        "analyst", "watchlist", "build", photographs, "-d", reference, "-e", manifest, "--json"
    )
    assert ended.code == 0, ended.err
    return ended.said


@pytest.mark.slow
def test_nothing_is_built_without_a_deployment(run: Run, photographs: Path, manifest: Path) -> None:
    for command in (("enrol",), ("watchlist", "build")):
        ended = run("analyst", *command, photographs, "--entries", manifest)
        assert ended.code == 2
        assert "--deployment" in ended.err
    ended = run("analyst", "enrol", photographs, "-d", "nowhere", "-e", manifest)
    assert (ended.code, "there is no deployment nowhere" in ended.err) == (1, True)


def test_enrol_is_gone_as_it_was(run: Run, photographs: Path) -> None:
    ended = run("analyst", "enrol", photographs, "--output", "people.safetensors")
    assert ended.code == 2
    assert "--output" in ended.err


@pytest.mark.slow
def test_what_is_built_is_told(built: dict[str, Any], reference: str) -> None:
    assert (built["deployment"], built["people"], built["kept"]) == (reference, 2, 0)
    assert [one["subject"] for one in built["references"]] == ["NOM-1", "NOM-2"]
    assert [one["subject"] for one in built["refused"]] == ["NOM-3"]
    assert built["refused"][0]["verdict"] == "reject"
    assert built["refused"][0]["reasons"]
    assert built["audit"]["head_seq"] > 0
    assert len(built["audit"]["head_hash"]) == 64
    assert list(built["encoders"]) == ["sface"]


@pytest.mark.slow
def test_enrol_builds_the_same_and_tells_people(
    run: Run, reference: str, photographs: Path, manifest: Path
) -> None:
    ended = run("analyst", "enrol", photographs, "-d", reference, "-e", manifest)
    assert ended.code == 0, ended.err
    assert "NOM-1.jpg" in ended.out
    assert "refused" in ended.out
    assert f"2 people, 2 photographs enrolled, 1 refused, for deployment {reference}." in ended.err
    printed = dict(
        line.split(maxsplit=1) for line in ended.out.splitlines() if line.startswith(("log", "wit"))
    )
    seq, digest = printed["log"].split(": ")
    asked = ("audit", "show", "-j", "checking what the report says", "--json")
    logged = run("data-protection-officer", *asked).said["entries"]
    assert {one["seq"]: one["hash"] for one in logged}[int(seq)] == digest.strip()
    assert printed["witness"].strip().endswith(".jsonl")


@pytest.mark.slow
def test_strict(run: Run, reference: str, photographs: Path, manifest: Path) -> None:
    ended = run("analyst", "enrol", photographs, "-d", reference, "-e", manifest, "--strict")
    assert (ended.code, "nothing was enrolled" in ended.err) == (3, True)
    ended = run("analyst", "watchlist", "show", reference, "-j", "looking, for a test")
    assert (ended.code, "has no watchlist" in ended.err) == (1, True)


def test_a_manifest_that_cannot_be_read_stops_it_first(
    run: Run, reference: str, photographs: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("subject,image,category,legal_basis,source,rationale,lawfully_held\n"
                    "NOM-1,NOM-1.jpg,other,police-function,passport,why,yes\n")  # fmt: skip
    ended = run("analyst", "enrol", photographs, "-d", reference, "-e", path)
    assert ended.code == 1
    assert "line 2: category: nothing is left open here" in ended.err
    assert "source: images of passports" in ended.err
    ended = run("analyst", "enrol", tmp_path / "nowhere", "-d", reference, "-e", path)
    assert (ended.code, "no such folder of images" in ended.err) == (1, True)


@pytest.mark.slow
def test_the_wrong_role(run: Run, reference: str, photographs: Path, manifest: Path) -> None:
    ended = run("operator", "enrol", photographs, "-d", reference, "-e", manifest)
    assert (ended.code, "may not build a watchlist" in ended.err) == (3, True)
    ended = run("manager", "watchlist", "show", reference, "-j", "looking, for a test")
    assert (ended.code, "may not look at a watchlist" in ended.err) == (3, True)


@pytest.mark.slow
def test_from_built_to_startable(run: Run, built: dict[str, Any], reference: str) -> None:
    show = ("watchlist", "show", reference, "--justification", "preparing, for a test", "--json")
    view = run("analyst", *show).said
    assert not view["startable"]
    assert [one["code"] for one in view["blocks"]] == ["unreviewed", "unchecked"]
    ids = [one["id"] for one in view["entries"] if one["state"] == "enrolled"]
    assert ids == [one["entry"] for one in built["references"]]
    note = ("--note", "compared with the custody record")
    ended = run("analyst", "watchlist", "check", reference, *ids, *note)
    assert (ended.code, "a second person must compare" in ended.err) == (3, True)
    refused = [one["id"] for one in view["entries"] if one["state"] == "refused"]
    ended = run("operator", "watchlist", "check", reference, ids[0], refused[0], *note)
    assert (ended.code, f"{refused[0]}: refused when the list was built" in ended.err) == (1, True)
    # One entry that is named twice, each time by another part of its id, is one entry.
    parts = [one[-8:] for one in ids] + [ids[0][-12:], ids[1]]
    assert run("operator", "watchlist", "check", reference, *parts, *note, "--json").said == {
        "deployment": reference, "checked": 2,
    }  # fmt: skip
    ended = run("operator", "watchlist", "review", reference)
    assert (ended.code, "may not review an entry" in ended.err) == (3, True)
    ended = run("reviewer", "watchlist", "review", reference)
    assert (ended.code, f"{reference}: 2 entries reviewed." in ended.err) == (0, True)
    view = run("reviewer", *show, "--faces", "1000").said
    assert view["startable"]
    assert view["entries"][0]["check"]["by"] == "operator"
    assert view["entries"][0]["review"]["deployment"] == reference
    assert view["composition"]["by_category"] == {
        "wanted-by-courts": {"references": 2, "subjects": 2}
    }
    assert view["expected_false_alerts"]["faces"] == 1000


@pytest.mark.slow
def test_a_list_whose_file_is_gone(
    run: Run, bench: CommandBench, built: dict[str, Any], reference: str
) -> None:
    show = ("watchlist", "show", reference, "--justification", "preparing, for a test")
    assert run("analyst", *show, "--json").said["missing"] is None
    for file in (bench.folder / "vault").rglob("*.sealed"):
        file.unlink()
    view = run("analyst", *show, "--json").said
    assert not view["startable"]
    assert "are gone from the vault" in view["missing"]
    whole = " ".join(run("analyst", *show).out.split())
    assert f"the sealed faces of the watchlist of deployment {reference} are gone" in whole
    assert "or build it anew" in whole
    assert "Nothing of the list keeps the search from starting." not in whole


@pytest.mark.slow
def test_a_list_for_people(run: Run, built: dict[str, Any], reference: str) -> None:
    show = (
        *("watchlist", "show", reference, "-j", "preparing, for a test"),
        *("--faces", "100", "--hours", "6", "--step", "0.02"),
    )
    ended = run("analyst", *show)
    assert ended.code == 0, ended.err
    for words in ("NOM-1", "NOM-3", "refused", "Blocks the start: ", "Good for a start until"):
        assert words in ended.out
    whole = " ".join(ended.out.split())
    policy = load_default_policies()[Matcher.SFACE]
    made = plan_under(policy, list_size=2, faces=100, cap=0.001, hours=6.0, step=0.02)
    for sentence in plan_sentences(made):
        assert sentence in whole
    assert "false alerts an hour over 6 hours" in whole
    assert "One step up (T = 0.4988)" in whole
    assert "False alerts to expect in" not in whole
    ended = run("analyst", *show, "--json")
    assert ended.said["plan"]["sentences"] == list(plan_sentences(made))
    assert ended.said["plan"]["against_cap"] == made.against_cap.value
    assert ended.said["plan"]["at"]["expected_interval"] == list(made.at.expected_interval)
    assert ended.said["expected_false_alerts"]["interval"] == list(made.at.expected_interval)
    assert run("analyst", *show[:-6], "--json").said["plan"] is None
    ended = run("analyst", *show[:-6], "--step", "0.02")
    assert (ended.code, "a plan needs faces" in ended.err) == (2, True)
    for wrong, said in (
        (("--hours", "0"), "it lasts 0.0 hours"),
        (("--hours", "nan"), "it lasts nan hours"),
        (("--step", "-0.1"), "the step is -0.1"),
        (("--step", "0"), "the step is 0.0"),
    ):
        ended = run("analyst", *show[:-6], "--faces", "100", *wrong)
        assert (ended.code, said in " ".join(ended.err.split())) == (2, True), ended.err
    ended = run("analyst", *show[:-6], "--faces", "-1")
    assert (ended.code, "--faces" in ended.err) == (2, True)


@pytest.mark.slow
def test_a_look_needs_a_reason(run: Run, built: dict[str, Any], reference: str) -> None:
    ended = run("analyst", "watchlist", "show", reference)
    assert (ended.code, "--justification" in ended.err) == (2, True)
    ended = run("analyst", "watchlist", "show", reference, "-j", " ")
    assert (ended.code, "'--justification' / '-j': is empty" in ended.err) == (2, True)


@pytest.mark.slow
def test_dropping(run: Run, built: dict[str, Any], reference: str) -> None:
    first = built["references"][0]["entry"]
    words = ("watchlist", "drop", reference, first, "--reason", "arrested this morning")
    ended = run("operator", *words)
    assert (ended.code, f"{reference}: 1 entry dropped." in ended.err) == (0, True)
    ended = run("operator", *words)
    assert (ended.code, "is not on the watchlist" in ended.err) == (1, True)
    view = run("operator", "watchlist", "show", reference, "-j", "why, for a test", "--json").said
    assert [one["subject"] for one in view["entries"]] == ["NOM-2", "NOM-3"]


@pytest.mark.slow
def test_purging_prints_the_certificate(run: Run, built: dict[str, Any], reference: str) -> None:
    certificate = run("operator", "watchlist", "purge", reference, "--json").said
    assert certificate["result"] == "complete"
    assert certificate["counts"]["references"] == 2
    assert len(certificate["digest"]) == 64
    ended = run("operator", "watchlist", "purge", reference)
    assert (ended.code, "was destroyed at" in ended.err) == (1, True)


@pytest.mark.slow
def test_purging_for_people(run: Run, built: dict[str, Any], reference: str) -> None:
    ended = run("data-protection-officer", "watchlist", "purge", reference)
    assert ended.code == 0, ended.err
    assert "complete" in ended.out
    assert "2 references" in ended.out


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_template_is_a_manifest(kind: str, run: Run) -> None:
    ended = run("analyst", "watchlist", "template", *(["--json"] if kind == "json" else []))
    assert ended.code == 0
    if kind == "csv":
        assert tuple(next(csv.reader(ended.out.splitlines()))) == COLUMNS
    else:
        assert {key for one in json.loads(ended.out) for key in one} == set(COLUMNS)
