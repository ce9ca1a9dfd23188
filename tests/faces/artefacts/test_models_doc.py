"""docs/models.md says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

from workbench.faces import artefacts
from workbench.faces.artefacts import SAMPLES, Artefact, ArtefactKind, default_catalogue
from workbench.faces.artefacts.artefact import Derived, PackageMember, Upstream

DOCUMENT = Path(artefacts.__file__).parents[3] / "docs" / "models.md"


def source(artefact: Artefact) -> str:
    """Say in one phrase where a file comes from."""
    last = artefact.sources[-1]
    if isinstance(last, Derived):
        return f"made from `{last.artefact}`"
    if isinstance(last, PackageMember):
        return f"`{last.member}` in `{last.filename}`"
    assert isinstance(last, Upstream)
    return f"<{last.url}>"


def catalogue_rows() -> list[str]:
    return [
        f"| `{entry.name}` | {entry.kind} | {entry.version} | {entry.licence} "
        f"| {f'`{entry.sha256}`' if entry.sha256 else 'none: state yours'} | {source(entry)} |"
        for entry in default_catalogue()
        if entry.kind is not ArtefactKind.SAMPLE
    ]


def sample_rows() -> list[str]:
    return [
        f"| `{portrait.artefact.name}` | {portrait.person} | {portrait.year or 'not stated'} "
        f"| {portrait.author} | {portrait.artefact.licence} |"
        for portrait in SAMPLES
    ]


def table(heading: str) -> list[str]:
    """Return the rows of the one table below a heading."""
    below = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    return [line for line in below.splitlines() if line.startswith("|")][2:]


def test_the_catalogues_table_is_the_catalogue() -> None:
    assert table("Catalogue") == catalogue_rows()


def test_the_table_of_sample_people_is_the_catalogues() -> None:
    assert table("Sample people") == sample_rows()


def test_what_is_not_measured_is_said() -> None:
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    assert "`facenet-vggface2` and `facenet-casia-webface`" in text
    assert "**not measured here**" in text
