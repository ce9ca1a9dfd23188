"""Tables in a terminal of 80 columns: what is copied from one is never broken over two lines."""

from __future__ import annotations

import pytest

from workbench.cli.tables import show_pairs, show_table

ALERT = "alert-0678f3c2a1b0ab-9f2c4d7a1e5b3c60"
HOLD = "hold-0678f3c2a1b0ab-11111111aaaaaaaa"
SAID = "open, 2 verdicts owed, and a long text that goes on and on and on"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines()), default=0) <= 80
    return out


def test_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("id", "state"), [], whole=("id",))
    assert "id" in shown(capsys)


def test_a_whole_column_is_kept_and_the_others_fold(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("id", "state"), [(ALERT, SAID)], whole=("id",))
    out = shown(capsys)
    assert ALERT in out
    assert SAID not in out
    assert "┃" in out


def test_a_row_that_would_not_fit_is_a_block(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("Alert", "Time", "Candidate", "Category", "Score", "State", "Hold")
    row = (ALERT, "0:00:12", "NOM-7", "wanted-by-courts", "3.50", SAID[:21], HOLD)
    show_table(columns, [row, row], whole=("Alert",))
    lines = [line.rstrip() for line in shown(capsys).splitlines()]
    assert lines.count(f"Alert      {ALERT}") == 2
    assert lines.count(f"Hold       {HOLD}") == 2
    assert lines.count("State      open, 2 verdicts owed") == 2
    assert lines.count("") == 1


def test_an_id_within_a_text_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("when", "what"), [("2026-11-25 10:00", f"{SAID}\n{ALERT}\n{HOLD}")])
    out = shown(capsys)
    assert ALERT in out
    assert HOLD in out


def test_long_words_of_a_table_without_ids_are_folded(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("a", "b"), [("z", "x" * 200), (None, "[red]y[/red]")])
    out = shown(capsys)
    assert out.count("x") == 200
    assert "[red]y[/red]" in out
    assert "│ - " in out


def test_many_columns_are_blocks_rather_than_letters_below_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_table([f"column {n}" for n in range(12)], [["some words"] * 12])
    lines = [line.rstrip() for line in shown(capsys).splitlines()]
    assert lines == [f"{f'column {n}':9}  some words" for n in range(12)]


def test_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    show_pairs([])
    assert shown(capsys) == ""
    show_pairs(
        [("id", ALERT), ("nothing", None), ("said", f"{SAID}\n\n[b]{SAID} and on[/b]"), ("no", 0)]
    )
    assert shown(capsys).splitlines() == [
        f"id    {ALERT}",
        f"said  {SAID}",
        "",
        f"      [b]{SAID} and",
        "      on[/b]",
        "no    0",
    ]


def test_a_word_longer_than_a_line_is_left_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_pairs([("digest of it", "0" * 90), ("path", f"in {'x' * 90} there")])
    assert capsys.readouterr().out.splitlines() == [
        f"digest of it  {'0' * 90}",
        "path          in",
        f"              {'x' * 90}",
        "              there",
    ]
