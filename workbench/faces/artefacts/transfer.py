"""Carry artefacts to a machine without a network: a folder with a manifest, taken whole or not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import ArtefactError, ArtefactUnavailableError, DigestMismatchError
from workbench.faces.artefacts.artefact import Artefact, ArtefactKind
from workbench.faces.artefacts.digest import file_digest
from workbench.faces.artefacts.placing import as_output_error, place, placing

if TYPE_CHECKING:
    from workbench.faces.artefacts.store import ArtefactStore

__all__ = ["MANIFEST", "export_artefacts", "import_artefacts"]

MANIFEST = "workbench-artefacts.json"
_FORMAT = "workbench-artefacts/1"


def export_artefacts(
    store: ArtefactStore, directory: Path, names: list[str] | None = None
) -> list[str]:
    """Copy artefacts into `directory` and return their names.

    The manifest is written last, so that a folder that was not finished cannot be imported.

    Args:
        store: where they come from; one that is named and absent is fetched.
        directory: made if need be; files of an earlier export are replaced.
        names: which; all that are installed and used as they are when `None`.

    Raises:
        ArtefactUnavailableError: when there is nothing to export, or no source has one.
        OutputError: when the folder cannot be written.
    """
    if names is None:
        names = [
            artefact.name
            for artefact in store.catalogue
            if artefact.kind is not ArtefactKind.SOURCE and store.installed(artefact.name)
        ]
    if not names:
        msg = "nothing is installed that could be exported. Run workbench models install first."
        raise ArtefactUnavailableError(msg)
    manifest = directory / MANIFEST
    with as_output_error(manifest):
        manifest.unlink(missing_ok=True)
    entries = []
    for name in names:
        artefact = store.catalogue.get(name)
        source = store.path(name)
        target = directory / artefact.filename
        digest = file_digest(source)
        with placing(target) as temporary:
            shutil.copyfile(source, temporary)
            place(temporary, target, digest, f"{name} copied to {target}")
        entries.append(
            {
                "name": name,
                "file": artefact.filename,
                "sha256": digest,
                "size": target.stat().st_size,
                "licence": artefact.licence,
            }
        )
    text = json.dumps({"format": _FORMAT, "artefacts": entries}, indent=2, ensure_ascii=False)
    with placing(manifest) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(manifest)
    return names


def import_artefacts(store: ArtefactStore, directory: Path, stated: Mapping[str, str]) -> list[str]:
    """Take every artefact of an exported folder into the cache, and return their names.

    Digests are the catalogue's, never the manifest's: whoever can change the files can change
    that too. All files are copied and checked before the first is put in place.

    Args:
        store: whose cache to fill.
        directory: what `export_artefacts` wrote.
        stated: digests that the user vouches for, by name, where the catalogue has none.

    Raises:
        ArtefactError: when the folder has no readable manifest.
        UnknownArtefactError: when it names something that this catalogue lacks.
        ArtefactUnavailableError: when a file of the manifest is missing.
        DigestMismatchError: when a byte is wrong; nothing of the folder is then used.
        RefusedError: when no digest of a file is known and none was stated.
    """
    wanted = [store.catalogue.get(name) for name in _manifest_names(directory)]
    expected = {
        artefact.name: store.trust.expected(artefact, stated.get(artefact.name))
        for artefact in wanted
    }
    with ExitStack() as stack:
        checked: list[tuple[Artefact, Path]] = []
        for artefact in wanted:
            source = directory / artefact.filename
            if not source.is_file():
                msg = f"{source} is missing, so the folder is not whole. Export it again."
                raise ArtefactUnavailableError(msg)
            temporary = stack.enter_context(placing(store.cache / artefact.filename))
            shutil.copyfile(source, temporary)
            found = file_digest(temporary)
            if found != expected[artefact.name]:
                raise DigestMismatchError(str(source), expected[artefact.name], found)
            checked.append((artefact, temporary))
        for artefact, temporary in checked:
            digest = expected[artefact.name]
            place(temporary, store.cache / artefact.filename, digest, artefact.name)
            store.trust.record(artefact, digest)
    return [artefact.name for artefact in wanted]


def _manifest_names(directory: Path) -> list[str]:
    path = directory / MANIFEST
    try:
        return _names(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = (
            f"{path} is not the manifest of an export ({reason}). Give a folder that "
            "workbench models export wrote to its end."
        )
        raise ArtefactError(msg) from error


def _names(manifest: dict[str, Any]) -> list[str]:
    if manifest["format"] != _FORMAT:
        msg = f"its format is {manifest['format']!r}"
        raise ValueError(msg)
    names = [str(entry["name"]) for entry in manifest["artefacts"]]
    if len(set(names)) != len(names):
        msg = "it names an artefact twice"
        raise ValueError(msg)
    return names
