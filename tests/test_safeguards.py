"""The safeguards page says what the code does: modules, messages, tests and sources are there."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest
from asserted_texts import asserted_texts, functions

from workbench.bench.default_policies import load_default_policies, load_int8_policy
from workbench.bench.opening import TRUST
from workbench.governance.sources import Standing
from workbench.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "safeguards.md").read_text("utf-8")
STANDINGS = ("Read", "Second-hand", "Own choice")
HOW_TO_SET = re.compile(r"[Ss]et by|Fixed|switches it off|fixed")
BLANK = "…"
"""What stands in a message for what is filled in."""
SHORTEST = 12
"""Letters that tell a message from others; `is missing` is in many."""


@dataclass
class Rule:
    """One rule of the page: its lines by their keys."""

    name: str
    sources: dict[str, list[str]] = field(default_factory=dict)
    kept_by: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    proved_by: list[str] = field(default_factory=list)


def _rules() -> list[Rule]:
    found = []
    for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        rule = Rule(name)
        for line in re.findall(
            r"^- ((?:.+\n)(?:  .+\n)*)", body.split("\n## ")[0] + "\n", re.MULTILINE
        ):
            text = " ".join(line.split())
            if match := re.match(r"Refused by `([^`]+)`: \"(.+)\"$", text):
                rule.refused.append((match[1], match[2]))
            elif text.startswith("Kept by: "):
                rule.kept_by += re.findall(r"`([^`]+)`", text)
            elif text.startswith("Proved by: "):
                rule.proved_by += re.findall(r"`([^`]+)`", text)
            else:
                standing = re.split(r"[:.]", text, maxsplit=1)[0]
                rule.sources.setdefault(standing, []).append(text)
        found.append(rule)
    return found


RULES = _rules()
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def _shows_a_refusal(path: str, name: str) -> bool:
    """Whether a test expects an error, by itself or through a helper of its module."""
    sources = {other: ast.unparse(node) for other, node in functions(path).items()}
    return any(
        "raises(" in source
        for other, source in sources.items()
        if other == name or (not other.startswith("test") and f"{other}(" in sources[name])
    )


@cache
def _texts(module: str) -> tuple[str, ...]:
    """Return every text of a module but docstrings, with a blank for each value filled in."""
    tree = _tree(f"workbench/{module}")
    inner: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            inner.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            inner.update(node.values)
    texts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (
                str(one.value) if isinstance(one, ast.Constant) else BLANK for one in node.values
            )
            texts.append("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            texts.append(node.value)
    return tuple(" ".join(text.split()) for text in texts)


@cache
def _saying(module: str, message: str) -> tuple[str, ...]:
    """Return the texts of a module that hold the message; a blank of it may be any text."""
    pattern = _pattern(message, ".*?")
    return tuple(text for text in _texts(module) if pattern.search(text))


@cache
def _pattern(message: str, blank: str) -> re.Pattern[str]:
    return re.compile(blank.join(re.escape(part.strip()) for part in message.split(BLANK)))


def _asserts(asserted: str, module: str, message: str) -> bool:
    """Whether a text that a test asserts holds the message, or a part that is in no other.

    The part is a run of at least `SHORTEST` letters and two words, without what is filled in; no
    other text of the module may have it, so that another refusal does not stand in for this one.
    """
    said = " ".join(asserted.split())
    if _pattern(message, ".+").search(said):
        return True
    saying = _saying(module, message)
    others = [text for text in _texts(module) if text not in saying]
    for part in (part for text in saying for part in text.split(BLANK)):
        match = SequenceMatcher(None, said, part, autojunk=False).find_longest_match()
        run = said[match.a : match.a + match.size].strip()
        if (
            len(run) >= SHORTEST
            and len(run.split()) > 1
            and not any(run in other for other in others)
        ):
            return True
    return False


def test_there_are_rules_and_none_twice() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) > 50
    assert len(set(names)) == len(names)


@each_rule
def test_a_rule_is_whole(rule: Rule) -> None:
    assert rule.sources
    assert set(rule.sources) <= set(STANDINGS), f"how far is it to be relied on: {rule.sources}"
    assert rule.kept_by
    assert rule.refused
    assert rule.proved_by


@each_rule
def test_what_was_chosen_can_be_set_or_is_said_to_be_fixed(rule: Rule) -> None:
    for choice in rule.sources.get("Own choice", []):
        assert HOW_TO_SET.search(choice), choice


@each_rule
def test_what_is_fixed_says_why_there_is_nothing_to_set(rule: Rule) -> None:
    for choice in rule.sources.get("Own choice", []):
        if "ixed" in choice:
            assert re.search(r"Fixed: \w.{15,}", choice), choice


@each_rule
def test_what_no_source_that_was_read_says_is_an_own_choice(rule: Rule) -> None:
    assert "Read" in rule.sources or "Own choice" in rule.sources


def test_the_head_says_what_the_standings_mean_and_why_some_choices_are_fixed() -> None:
    head = " ".join(PAGE.split("\n## ")[0].split())
    for standing in STANDINGS:
        assert f"- **{standing}**: " in head
    assert "To follow it is the product's own choice, and is shown to users as that." in head
    assert "there is nothing to configure it to but less protection" in head


@each_rule
def test_its_modules_are_there(rule: Rule) -> None:
    missing = [one for one in rule.kept_by if not (ROOT / "workbench" / one).is_file()]
    assert not missing


@pytest.mark.slow
@each_rule
def test_its_messages_are_in_their_modules(rule: Rule) -> None:
    missing = [one for one in rule.refused if not _saying(*one)]
    assert not missing


@pytest.mark.slow
@each_rule
def test_its_tests_are_there_and_one_is_of_the_refusal(rule: Rule) -> None:
    refusals = 0
    for one in rule.proved_by:
        path, _, name = one.partition("::")
        assert name in functions(path), one
        refusals += _shows_a_refusal(path, name)
    assert refusals, "no test that it names shows a refusal"


@pytest.mark.slow
@each_rule
def test_each_of_its_messages_is_asserted_by_a_test_that_it_names(rule: Rule) -> None:
    asserted = frozenset(
        text for one in rule.proved_by for text in asserted_texts(*one.split("::"))
    )
    unproved = [one for one in rule.refused if not any(_asserts(text, *one) for text in asserted)]
    assert not unproved, "no test that it names asserts a part that only this message has"


@pytest.mark.slow
def test_every_test_that_is_named_anywhere_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE))
    assert len(named) > 120
    assert {f"{path}::{name}" for path, name in named if name not in functions(path)} == set()


def test_every_file_that_is_named_anywhere_is_there() -> None:
    named = set(re.findall(r"`([\w/-]+\.(?:py|sql|md))(?:::\w+)?`", PAGE))
    homes = (ROOT, ROOT / "workbench")
    assert {name for name in named if not any((home / name).is_file() for home in homes)} == set()


def test_what_a_folder_cannot_promise_is_said_in_its_own_words() -> None:
    quoted = " ".join(re.findall(r"^> (.+)$", PAGE, re.MULTILINE))
    assert quoted == TRUST


def _sources() -> set[tuple[str, str, str]]:
    """Return every source that is written in the code: what it says, the module, the standing."""
    found = set()
    for path in sorted((ROOT / "workbench").rglob("*.py")):
        module = str(path.relative_to(ROOT / "workbench"))
        for node in ast.walk(_tree(f"workbench/{module}")):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Source":
                said = {one.arg: one.value for one in node.keywords}
                text, standing = said["text"], said["standing"]
                assert isinstance(text, ast.Constant)
                assert isinstance(standing, ast.Attribute)
                found.add((str(text.value), module, standing.attr))
    return found


def _table(heading: str) -> list[list[str]]:
    body = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in body.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


@pytest.mark.slow
def test_every_choice_of_the_products_own_is_listed_with_how_to_set_another() -> None:
    listed = _table("The product's own choices")
    assert all(cell for row in listed for cell in row)
    said = {True: "SECOND_HAND", False: "OWN_CHOICE"}
    assert {(row[0], row[2].strip("`"), said["second-hand" in row[1]]) for row in listed} == {
        one for one in _sources() if Standing[one[2]].is_own_choice
    }


@pytest.mark.slow
def test_every_other_source_is_listed_with_its_standing() -> None:
    names = {"read": "VERIFIED"}
    listed = _table("What else is written as a source")
    assert {(row[0], row[2].strip("`"), names[row[3]]) for row in listed} == {
        one for one in _sources() if not Standing[one[2]].is_own_choice
    }


def test_each_rule_of_the_force_that_is_named_can_be_set() -> None:
    from workbench.bench.rules import Rules

    named = set(re.findall(r"`([\w.]+)`(?:\s+of\s+the\s+rules)", PAGE))
    assert named
    known = {*Rules.model_fields}
    for name, rule in Rules():
        known |= {f"{name}.{part}" for part in getattr(type(rule), "model_fields", ())}
    assert named <= known


def test_each_rule_of_the_force_is_named() -> None:
    from workbench.bench.rules import Rules

    assert {name for name in Rules.model_fields if f"`{name}" not in PAGE} == set()


def test_each_setting_that_is_named_can_be_set() -> None:
    named = set(re.findall(r"`(\w+)`(?:\s+and\s+`(\w+)`)?\s+of\s+the\s+settings", PAGE))
    assert named
    assert {one for names in named for one in names if one} <= set(Settings.model_fields)


def test_the_policies_that_ship_are_named_and_nobody_approved_them() -> None:
    shipped = [*load_default_policies().values(), load_int8_policy()]
    assert set(re.findall(r"`(default-[\w-]+/\d+)`", PAGE)) == {policy.id for policy in shipped}
    assert [policy.id for policy in shipped if policy.approver is not None] == []


def test_the_bench_stores_no_footage_as_is_said() -> None:
    assert "**The bench itself stores no footage.**" in PAGE
    paths = (ROOT / "workbench").rglob("*.py")
    naming = {path.name for path in paths if "RetentionClass.CCTV" in path.read_text("utf-8")}
    rules = {"retention.py", "retention_profiles.py", "certificates.py"}
    # The last two tell the public how long a force may keep what it records beside the bench.
    assert naming == rules | {"publication_held.py", "publication_notice.py"}
