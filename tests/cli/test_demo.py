"""`workbench demo`: what is refused before any work, where its bench lies, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.bench import Workbench
from workbench.cli import main
from workbench.cli.demo import _bench_folder
from workbench.demonstration import DemonstrationBench
from workbench.demonstration.cast import OPERATOR
from workbench.errors import RefusedError
from workbench.settings import Settings

pytestmark = pytest.mark.slow

Said = Callable[..., tuple[int, str, str]]
WORKING = ".shown.partial-*/.staged-*/*"
"""What is there while it works, and not once it is over."""
COMMAND = "import sys; from workbench.cli import main; sys.exit(main())"


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a person whose folders are temporary."""
    return {
        "WORKBENCH_KEYS__FOLDER": str(tmp_path / "keys"),
        "WORKBENCH_WITNESS": str(tmp_path / "witness"),
        "WORKBENCH_ENCODER": "sface",
        "WORKBENCH_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "XDG_RUNTIME_DIR": str(tmp_path / "runtime"),
        "COLUMNS": "200",
    }


@pytest.fixture
def say(
    variables: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Said:
    """Give a function that runs a command in the temporary folder: code, output, notes."""
    (tmp_path / "runtime").mkdir(mode=0o700)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)
    monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def made(tmp_path: Path, variables: dict[str, str]) -> DemonstrationBench:
    """Return the bench that `workbench demo --output shown` would work with."""
    settings = Settings(keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")
    bench = DemonstrationBench(tmp_path / "shown-bench", settings)
    bench.make()
    return bench


@pytest.mark.parametrize(
    ("output", "bench", "place"),
    [
        ("shown", None, "shown-bench"),
        ("a/shown", None, "a/shown-bench"),
        (".", None, "../{here}-bench"),
        ("a/..", None, "../{here}-bench"),
        ("shown", "elsewhere", "elsewhere"),
        ("shown", "shown-bench", "shown-bench"),
    ],
)
def test_where_the_bench_lies(
    output: str, bench: str | None, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = _bench_folder(Path(output), None if bench is None else Path(bench))
    assert found == Path(os.path.normpath(tmp_path / place.format(here=tmp_path.name)))


@pytest.mark.parametrize("bench", ["shown", "shown/bench", ".", "shown/../shown/a"])
def test_a_bench_in_the_output_or_about_it_is_refused(
    bench: str, say: Said, tmp_path: Path
) -> None:
    code, out, err = say("demo", "--output", "shown", "--bench", bench)
    assert (code, out) == (3, "")
    assert "a bench cannot lie in shown" in err
    assert not (tmp_path / "shown").exists()
    with pytest.raises(RefusedError):
        _bench_folder(Path("shown"), Path(bench))


def test_a_low_threshold_is_refused_before_anything_is_made(say: Said, tmp_path: Path) -> None:
    code, _, err = say("demo", "--output", "shown", "--threshold", "0.1")
    assert code == 3
    assert "threshold 0.1 is asked for, and policy default-sface/1 allows 0.4788 cosine" in err
    assert {path.name for path in tmp_path.iterdir()} == {"runtime"}


@pytest.mark.parametrize("word", ["high", "nan", "inf"])
def test_a_threshold_that_is_no_number_is_wrong_usage(word: str, say: Said) -> None:
    assert say("demo", "--output", "shown", "--threshold", word)[0] == 2


def test_purging_what_is_not_there_says_so(say: Said) -> None:
    code, _, err = say("demo", "--output", "shown", "--purge")
    assert code == 1
    assert "there is no demonstration in" in err
    assert "Make one with workbench demo" in err


def test_purging_a_bench_for_operation_is_refused(say: Said, tmp_path: Path) -> None:
    settings = Settings(keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")
    Workbench.create(tmp_path / "real", "ada", "a long enough password", settings=settings)
    code, _, err = say("demo", "--bench", "real", "--purge")
    assert code == 3
    assert "no demonstration but a bench for operation, so it was left alone" in err
    assert (tmp_path / "real" / "records.sqlite").is_file()


@pytest.mark.parametrize("options", [(), ("--bench", "shown-bench")])
def test_purging_ends_bench_keys_and_login(
    options: tuple[str, ...], made: DemonstrationBench, say: Said, tmp_path: Path
) -> None:
    assert say("login", OPERATOR, "--bench", "shown-bench")[0] == 0
    (tmp_path / "shown").mkdir()
    code, out, err = say("demo", "--output", "shown", *options, "--purge", "--json")
    assert code == 0
    assert json.loads(out)["ended"] == str(made.folder)
    assert "Its keys were destroyed first" in err
    assert "shown: left as it is. It shows faces of the sample people" in err
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in left if not path.name.endswith(".lock")] == []
    assert say("demo", "--output", "shown", "--purge")[0] == 1


def test_a_demonstration_is_entered_without_a_password(made: DemonstrationBench, say: Said) -> None:
    code, out, err = say("login", OPERATOR, "--bench", "shown-bench", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["account"], found["role"], found["demonstration"]) == (OPERATOR, "operator", True)
    assert "Demonstration: this bench holds sample people and nobody else." in err
    code, out, _ = say("whoami", "--bench", "shown-bench", "--json")
    assert json.loads(out)["account"] == OPERATOR


def test_nobody_is_let_in_who_is_not_of_the_cast(made: DemonstrationBench, say: Said) -> None:
    code, _, err = say("login", "somebody", "--bench", "shown-bench")
    assert code == 3
    assert "somebody has no account here" in err


def test_a_bench_for_operation_asks_for_a_password_whatever_its_file_says(
    say: Said, tmp_path: Path
) -> None:
    settings = Settings(keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")
    Workbench.create(tmp_path / "real", "ada", "a long enough password", settings=settings)
    code, _, err = say("login", "ada", "--bench", "real")
    assert code == 2
    assert "no terminal to ask for the password" in err
    file = tmp_path / "real" / "bench.json"
    file.write_text(file.read_text().replace("operational", "demonstration"))
    code, _, err = say("login", "ada", "--bench", "real")
    assert code == 3
    assert "this bench is no demonstration: log in with a password" in err


@pytest.fixture
def started(variables: dict[str, str], tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Give a function that starts a demonstration as a process of its own."""

    def start(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "demo", "--output", "shown", *words],
            cwd=tmp_path,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def states(tmp_path: Path) -> dict[str, str]:
    settings = Settings(keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")
    with DemonstrationBench(tmp_path / "shown-bench", settings).opened("demo-analyst") as analyst:
        return {view.reference: view.state.value for view in analyst.deployments.list()}


def until(condition: Callable[[], Any], within_s: float = 200.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.timeout(600)
def test_cut_off_while_it_works_the_next_one_works(
    started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    known: set[str] = set()
    # The killed one goes last: an interrupted one takes its half-written output along.
    for number, left in ((signal.SIGINT, "purged"), (signal.SIGKILL, "authorised")):
        cut = started()
        until(lambda cut=cut: list(tmp_path.glob(WORKING)) or cut.poll() is not None)  # type: ignore[misc]
        cut.send_signal(number)
        _, err = cut.communicate(timeout=120)
        assert cut.returncode in {130, -number}, err
        (reference,) = set(states(tmp_path)) - known
        assert states(tmp_path)[reference] == left
        assert bool(list(tmp_path.glob(WORKING))) == (number is signal.SIGKILL)
        known.add(reference)
    whole = started("--json")
    out, err = whole.communicate(timeout=400)
    assert whole.returncode == 0, err
    summary = json.loads(out)
    assert summary["audit"]["whole"] is True
    assert summary["missed_people"] < summary["staged"]["listed"]
    assert summary["bench"] == str(tmp_path / "shown-bench")
    assert summary == json.loads((tmp_path / "shown" / "summary.json").read_text("utf-8")) | {
        "bench": summary["bench"],
        "output": "shown",
    }
    assert len(states(tmp_path)) == 3
    assert not list(tmp_path.glob(".shown*")), "what was cut off is gone"
    assert {path.name for path in (tmp_path / "shown").iterdir()} == {
        ".workbench-output.json", "alerts.html", "certificate.html", "certificate.json",
        "redacted.mp4", "summary.json",
    }  # fmt: skip
