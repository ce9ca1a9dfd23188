"""The catalogue holds together, and says who is who."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workbench.errors import UnknownArtefactError
from workbench.faces.artefacts import (
    DEFAULT_NAMES,
    SAMPLES,
    Artefact,
    ArtefactKind,
    Catalogue,
    default_catalogue,
    sample_people,
)
from workbench.faces.artefacts.artefact import (
    Cache,
    Derived,
    GivenFile,
    PackageMember,
    Upstream,
    safe_relative,
)
from workbench.faces.artefacts.converters import CONVERTERS


def test_an_empty_catalogue_knows_nothing() -> None:
    catalogue = Catalogue([])
    assert catalogue.names() == []
    with pytest.raises(UnknownArtefactError, match="no artefact called 'yunet'"):
        catalogue.get("yunet")


def test_the_default_catalogue_has_what_the_settings_and_the_demonstration_need() -> None:
    names = default_catalogue().names()
    assert set(DEFAULT_NAMES) <= set(names)
    assert {"facenet-vggface2", "facenet-casia-webface"} <= set(names)
    assert {portrait.artefact.name for portrait in SAMPLES} <= set(names)


def test_a_wrong_name_offers_the_near_one() -> None:
    with pytest.raises(UnknownArtefactError, match="yunet-2023mar") as caught:
        default_catalogue().get("yunet-2023")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("artefact", list(default_catalogue()), ids=lambda artefact: artefact.name)
def test_every_entry_can_be_resolved_in_the_documented_order(artefact: Artefact) -> None:
    order = (GivenFile, Cache, Upstream, PackageMember, Derived)
    kinds = [order.index(type(source)) for source in artefact.sources]
    assert kinds == sorted(kinds)
    assert kinds[:2] == [0, 1]
    assert len(kinds) > 2
    for source in artefact.sources:
        if isinstance(source, Derived):
            assert source.converter in CONVERTERS
    if not any(isinstance(source, Upstream) for source in artefact.sources):
        assert artefact.sha256
        assert artefact.size
    assert artefact.licence
    assert artefact.description.endswith(".")


def test_weights_that_nobody_vouches_for_have_no_digest() -> None:
    entry = default_catalogue().get("facenet-casia-webface")
    assert entry.sha256 is None
    assert "refused unless you state" in entry.provenance


def test_upstream_addresses_are_those_of_facenet_pytorch() -> None:
    module = pytest.importorskip("facenet_pytorch.models.inception_resnet_v1")
    with open(module.__file__, encoding="utf-8") as file:  # noqa: PTH123
        text = file.read()
    for name in ("facenet-vggface2", "facenet-casia-webface"):
        upstream = default_catalogue().get(name).sources[-1]
        assert isinstance(upstream, Upstream)
        assert f"'{upstream.url}'" in text


def test_two_of_the_same_name_or_a_missing_origin_are_refused(
    artefact_of: Callable[..., Artefact],
) -> None:
    with pytest.raises(ValueError, match="twice"):
        Catalogue([artefact_of(b"a"), artefact_of(b"b")])
    orphan = artefact_of(b"a", Derived("missing", "facenet-graph/1"))
    with pytest.raises(ValueError, match="derived from missing"):
        Catalogue([orphan])


@pytest.mark.parametrize(
    "path",
    ["", ".", "/etc/passwd", "../x", "a/../../x", "a\\b", "C:x", "a\0b"],
)
def test_a_path_that_leaves_its_folder_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a path inside"):
        safe_relative(path)


def test_a_member_or_a_digest_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(ValueError, match="not a path inside"):
        PackageMember("p", "1", "p.whl", "0" * 64, 1, "../../etc/passwd")
    with pytest.raises(ValueError, match="64 characters"):
        PackageMember("p", "1", "p.whl", "ABC", 1, "a")


def test_people_and_credits_are_those_of_the_archive() -> None:
    people = sample_people()
    assert {person: len(portraits) for person, portraits in people.items()} == {
        "Emmanuel Macron": 2,
        "Jacinda Ardern": 2,
        "Barack Obama": 2,
        "Rishi Sunak": 1,
        "Joe Biden": 1,
    }
    for portrait in SAMPLES:
        assert portrait.artefact.kind is ArtefactKind.SAMPLE
        assert portrait.person in portrait.credit
        assert portrait.author in portrait.credit
        assert portrait.artefact.licence in portrait.credit
