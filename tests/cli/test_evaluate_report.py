"""The report folder of `workbench evaluate identification` and `verification`, on real faces."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from workbench.cli import main
from workbench.evaluation.measurement import Measurement, read_measurement

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("store")]


@pytest.fixture(scope="module")
def people(lfw: Path) -> tuple[list[tuple[str, list[str]]], list[tuple[str, str]]]:
    """Twelve people with two photographs or more, and forty with one."""
    found = {
        folder.name: [one.relative_to(lfw).as_posix() for one in sorted(folder.glob("*.jpg"))]
        for folder in sorted(lfw.iterdir())[:200]
    }
    several = [(name, paths) for name, paths in found.items() if len(paths) > 1][:12]
    return several, [(name, paths[0]) for name, paths in found.items() if len(paths) == 1][:40]


class Page(HTMLParser):
    """What a page has of what matters here."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.unscoped = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.addresses += [named[name] or "" for name in ("href", "src") if name in named]
        self.unscoped += tag == "th" and "scope" not in named


def require_self_contained(html: str) -> None:
    page = Page(html)
    assert not {"script", "img", "iframe", "object"} & set(page.tags)
    assert {one[:1] for one in page.addresses if one != "data:,"} <= {"#"}
    assert page.unscoped == 0
    assert page.tags.count("svg") >= 1
    assert page.tags.count("svg") == page.tags.count("title") - 1 == page.tags.count("desc")
    assert len(html.encode()) < 200_000


def require_checked_lists(report: Path, found: Measurement) -> None:
    """Comparisons are those of the searches, and longer lists stand beside what was counted."""
    acquired = found.searches.filter("acquired")
    listed = found.references.filter("acquired")
    single = pl.read_parquet(report / "comparisons.parquet")
    own = acquired.join(listed, on="identity").height
    assert set(single["mated"]) == {own}
    assert set(single["nonmated"]) == {len(acquired) * len(listed) - own}
    curve = pl.read_parquet(report / "comparison_det.parquet")
    assert curve["false_non_matches"].to_list() == list(range(own + 1))

    checked = pl.read_parquet(report / "checked.parquet")
    counted = checked.filter(pl.col("searches").is_not_null())
    assert counted["list_size"].to_list() == [1, 3, 7, 15]
    assert set(counted["searches"]) == {len(acquired)}
    (at,) = set(checked["threshold"])
    # Of listed people whoever else comes first is known, and second best is not.
    others = acquired.filter(pl.col("top_identity") != pl.col("identity"))
    seen = (others["top_score"] >= at).sum()
    assert 3 <= seen <= counted["false_alarms"][-1] <= seen + own
    assert checked["false_matches"][0] >= counted["false_alarms"][-1]
    assert checked["label"].str.starts_with("extrapolated from ").all()

    longer = pl.read_parquet(report / "longer.parquet")
    assert longer["list_size"].to_list() == [30, 75, 10_000, 20_000]
    assert longer["label"].to_list() == checked["label"].to_list()[4:]
    assert longer["label"].str.contains("comparisons").all()


def test_identification_writes_a_measurement_and_its_report(
    people: tuple[list[tuple[str, list[str]]], list[tuple[str, str]]],
    lfw: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    several, single = people
    group = {name: "ab"[at % 2] for at, name in enumerate([*dict(several), *dict(single)])}
    rows = [("path", "identity", "role", "group")]
    for name, paths in several:
        rows.append((paths[0], name, "reference", group[name]))
        rows.append((paths[1], name, "probe", group[name]))
    rows += [(path, name, "probe", group[name]) for name, path in single]
    protocol = tmp_path / "protocol.csv"
    protocol.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    report = tmp_path / "report"
    words = ["evaluate", "identification", str(protocol), "--root", str(lfw), "--encoder", "sface"]
    words += ["--list-size", "15", "--draws", "2", "--data-set", "LFW", "--report", str(report)]
    assert main([*words, "--output", str(tmp_path / "result.json")]) == 0
    shown = capsys.readouterr()
    assert "report.html" in shown.err
    assert "Lists drawn" in shown.out
    assert "draw 0" in shown.err

    result = json.loads((report / "result.json").read_text("utf-8"))
    assert result == json.loads((tmp_path / "result.json").read_text("utf-8"))
    found = read_measurement(report)
    facts = found.facts
    assert (facts.list_size, facts.data_set, facts.split, facts.runtime) == (
        15,
        "LFW",
        "whole",
        "fp32",
    )
    assert (facts.name, facts.matcher, facts.unit) == ("sface fp32", "sface", "cosine")
    assert facts.encoders["sface"] == result["encoders"][0]
    assert facts.protocol_sha256 == result["protocol_digest"]
    assert "draw 0 of 15 references" in facts.rule
    # Three of those with one photograph are on the list, and searched for no more.
    assert (result["n_references"], result["n_mated"], result["n_nonmated"]) == (15, 12, 37)
    mated = found.searches.filter("mated")
    assert set(mated["group"]) == {"a", "b"}
    first = mated.filter(mate_rank=1)
    assert len(first) >= 10
    assert first["mate_reference"].to_list() == first["top_reference"].to_list()
    assert set(found.searches["top_reference"]) <= set(found.references["reference"])
    other = read_measurement(report / "draws" / "1")
    assert other.facts.list_size == 15
    assert set(other.references["reference"]) != set(found.references["reference"])
    assert {row["draw"] for row in result["draws"]} == {0, 1}

    rates = pl.read_parquet(report / "rates.parquet")
    searches = found.searches.filter(~pl.col("mated"))
    for row in rates[::40].iter_rows(named=True):
        assert row["false_alarms"] == (searches["top_score"] >= row["threshold"]).sum()
    assert len(pl.read_parquet(report / "cmc.parquet")) == 50
    require_checked_lists(report, found)

    html = (report / "report.html").read_text("utf-8")
    require_self_contained(html)
    for words_of in (
        "Measured on LFW, all people", "15 references", "not measurable here",
        "Galleries drawn anew", "Found within a rank (CMC)", "FPIR, extrapolated", "Groups at T =",
        "the cosine of one encoder", facts.protocol_sha256,
        "Longer lists: the reckoning beside what was counted", "never FPIR",
    ):  # fmt: skip
        assert words_of in html, words_of
    assert "Equity not measured" not in html


def test_verification_takes_a_table_of_pairs(
    people: tuple[list[tuple[str, list[str]]], list[tuple[str, str]]], lfw: Path, tmp_path: Path
) -> None:
    several, _ = people
    rows = [("path", "other_path", "identity", "other_identity")]
    rows += [(paths[0], paths[1], name, name) for name, paths in several]
    for (name, paths), (other, others) in pairwise(several):
        rows.append((paths[0], others[0], name, other))
    table = pl.DataFrame(rows[1:], schema=list(rows[0]), orient="row")
    results = []
    for place in (tmp_path / "pairs.csv", tmp_path / "pairs.parquet"):
        if place.suffix == ".csv":
            table.write_csv(place)
        else:
            table.write_parquet(place)
        report = tmp_path / f"of-{place.suffix[1:]}"
        words = ["evaluate", "verification", str(place), "--root", str(lfw), "--encoder", "sface"]
        assert main([*words, "--report", str(report)]) == 0
        results.append(json.loads((report / "result.json").read_text("utf-8")))
        require_self_contained((report / "report.html").read_text("utf-8"))
        assert len(pl.read_parquet(report / "pairs.parquet")) == 23
    assert (results[0]["n_mated"], results[0]["n_nonmated"]) == (12, 11)
    assert results[0]["accuracy"] == results[1]["accuracy"] > 0.8
    assert results[0]["errors"] == results[1]["errors"]


def test_in_int8_only_what_is_searched_for_is_encoded_so(
    people: tuple[list[tuple[str, list[str]]], list[tuple[str, str]]],
    lfw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("openvino", reason="needs OpenVINO: the extra openvino")
    (name, paths), *_ = people[0]
    for at, one in enumerate((paths[0], paths[0], people[1][0][1])):
        shutil.copyfile(lfw / one, tmp_path / f"{at}.jpg")
    protocol = tmp_path / "protocol.csv"
    rows = f"0.jpg,{name},reference\n1.jpg,{name},probe\n2.jpg,Other,probe\n"
    protocol.write_text(f"path,identity,role\n{rows}", "utf-8")
    same = {}
    for runtime in ("auto", "openvino-int8"):
        monkeypatch.setenv("WORKBENCH_RUNTIME", runtime)
        report = tmp_path / runtime
        words = ["evaluate", "identification", str(protocol), "--root", str(tmp_path)]
        assert main([*words, "--encoder", "sface", "--report", str(report)]) == 0
        found = read_measurement(report)
        same[found.facts.runtime] = found.searches.filter("mated")["mate_score"].item()
    assert same["fp32"] > 0.99999, "a picture and its copy"
    assert 0.9 < same["int8"] < 0.9999, "the reference is enrolled in fp32, as on a watchlist"
