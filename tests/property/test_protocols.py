"""What holds for any protocol: splits part people, draws have their size, order does not matter."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ProtocolError
from workbench.evaluation import (
    Opening,
    Protocol,
    as_protocol,
    draw_protocol,
    leave_out,
    locked_test,
    protocol_digest,
    read_protocol,
    require_disjoint,
    split_protocol,
    take_split,
)

pytestmark = pytest.mark.slow

NAMES = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=4)
SHARES = st.floats(0.0, 1.0)


@st.composite
def protocols(draw: st.DrawFn) -> pl.DataFrame:
    """People with any number of references and of probes, in any order."""
    people = draw(
        st.dictionaries(NAMES, st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)
    )
    rows = [
        (f"{name}/{at}", name, "reference" if at < references else "probe")
        for name, (references, probes) in people.items()
        for at in range(references + probes)
    ]
    shuffled = draw(st.permutations(rows))
    schema = dict.fromkeys(("path", "identity", "role"), pl.String)
    return as_protocol(pl.DataFrame(shuffled, schema=schema, orient="row"))


def mixed(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    order = list(range(len(frame)))
    random.Random(seed).shuffle(order)
    return frame[order]


def of_role(frame: pl.DataFrame, role: str, column: str = "identity") -> list[str]:
    return frame.filter(pl.col("role") == role)[column].to_list()


@given(protocols(), SHARES, st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_a_split_parts_people_and_nothing_else(
    frame: pl.DataFrame, share: float, seed: int
) -> None:
    found = split_protocol(frame, share)
    assert found.drop("split").equals(frame.drop("split"))
    tuning, test = (found.filter(pl.col("split") == part) for part in ("tuning", "test"))
    require_disjoint(tuning, test)
    assert len(tuning) + len(test) == len(frame)
    again = split_protocol(mixed(frame, seed), share)
    assert again.sort("path").equals(found.sort("path"))


@given(protocols(), st.integers(1, 30), st.integers(0, 3), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_a_draw_has_its_size_or_is_refused(
    frame: pl.DataFrame, size: int, draw: int, seed: int
) -> None:
    listed, searched = set(of_role(frame, "reference")), set(of_role(frame, "probe"))
    available = len(of_role(frame, "reference")) + len(searched - listed)
    try:
        found = draw_protocol(frame, size, draw=draw)
    except ProtocolError as error:
        words = str(error)
        assert (size > available) == words.startswith("list_size")
        assert size > available or "probe among its" in words
        with pytest.raises(ProtocolError):
            draw_protocol(mixed(frame, seed), size, draw=draw)
        return
    assert size <= available
    assert len(of_role(found, "reference")) == size
    again = draw_protocol(mixed(frame, seed), size, draw=draw)
    assert protocol_digest(again) == protocol_digest(found)
    drawn = set(of_role(found, "reference"))
    # Everybody who was searched for and is not listed by a draw still is, with every probe.
    turned = drawn - listed
    kept = [
        path
        for path, name in zip(of_role(frame, "probe", "path"), of_role(frame, "probe"), strict=True)
        if name not in turned
    ]
    assert of_role(found, "probe", "path") == kept
    assert turned.isdisjoint(of_role(found, "probe"))
    if size >= len([name for name in of_role(frame, "reference") if name in searched]):
        assert listed & searched <= drawn, "all mated people are listed where there is room"


@given(protocols(), st.integers(1, 20), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_larger_gallery_of_a_draw_holds_the_smaller(
    frame: pl.DataFrame, size: int, draw: int
) -> None:
    try:
        small, large = (draw_protocol(frame, one, draw=draw) for one in (size, size + 1))
    except ProtocolError:
        return
    assert set(of_role(small, "reference", "path")) < set(of_role(large, "reference", "path"))


@given(protocols(), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_a_digest_is_of_the_rows_and_of_each(frame: pl.DataFrame, seed: int) -> None:
    digest = protocol_digest(frame)
    assert protocol_digest(mixed(frame, seed)) == digest
    for at in range(len(frame)):
        assert protocol_digest(frame.filter(pl.int_range(pl.len()) != at)) != digest


@given(protocols(), st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_left_out_is_out_and_lists_nobody_new(
    frame: pl.DataFrame, data: st.DataObject
) -> None:
    paths = frame["path"].to_list()
    gone = set(data.draw(st.lists(st.sampled_from(paths), unique=True))) if paths else set()
    kept = leave_out(frame, gone)
    assert kept["path"].to_list() == [path for path in paths if path not in gone]
    listed = set(of_role(frame, "reference"))
    assert set(of_role(kept, "reference")) == listed & set(kept["identity"])


@given(protocols(), SHARES)
@settings(max_examples=60, deadline=None)
def test_the_test_set_is_never_taken_without_its_opening(frame: pl.DataFrame, share: float) -> None:
    found = split_protocol(frame, share)
    with pytest.raises(ProtocolError):
        take_split(found, "test")
    with pytest.raises(ProtocolError):
        take_split(
            found, "test", Opening(policy="p/1", by="x", at="2026-11-25T09:00Z", digest="0" * 64)
        )
    if "test" not in found["split"]:
        return
    rows = found.filter(pl.col("split") == "test")
    opening = Opening(
        policy="p/1", by="x", at="2026-11-25T09:00Z", digest=locked_test(found).digest
    )
    assert opening.digest == protocol_digest(rows)
    if set(rows["role"]) == {"reference", "probe"}:
        assert take_split(found, "test", opening).equals(rows)


@given(protocols(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_both_formats_come_back_as_they_were(frame: pl.DataFrame, is_split: bool) -> None:
    if set(frame["role"]) != {"reference", "probe"}:
        return
    names = {name: f"p{at}" for at, name in enumerate(frame["identity"].unique().sort())}
    plain = frame.with_columns(
        path=pl.col("identity").replace_strict(names)
        + "-"
        + pl.col("path").str.split("/").list.last(),
        group=pl.when(pl.col("identity") == pl.col("identity").min()).then(pl.lit("first")),
    )
    whole = split_protocol(plain, 0.5) if is_split else Protocol.validate(plain)
    columns = whole.columns if is_split else whole.columns[:-1]
    with TemporaryDirectory() as place:
        root = Path(place)
        for path in whole["path"]:
            (root / path).touch()
        whole.select(columns).write_parquet(root / "p.parquet")
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(whole.select(columns).rows())
        (root / "p.csv").write_text(text.getvalue(), encoding="utf-8")
        for file in ("p.parquet", "p.csv"):
            assert read_protocol(root / file, root).equals(whole), file
