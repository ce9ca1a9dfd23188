"""Digests that a user stated for artefacts of which the catalogue knows none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import ArtefactError, RefusedError, UsageError
from workbench.faces.artefacts.artefact import Artefact, require_digest
from workbench.faces.artefacts.placing import as_output_error, placing

__all__ = ["TrustRecords"]


class TrustRecords:
    """Remembers, beside the cache, which digest was stated for which artefact and when."""

    def __init__(self, cache: Path) -> None:
        """Keep the records in `cache`."""
        self._cache = cache

    def expected(self, artefact: Artefact, stated: str | None = None) -> str:
        """Return the digest that the artefact must have.

        Args:
            artefact: one of the catalogue.
            stated: the digest that the user gives now.

        Raises:
            RefusedError: when neither the catalogue, the user nor an earlier record names one.
            UsageError: when the stated digest is malformed or contradicts the catalogue.
        """
        if stated is not None:
            stated = _checked(artefact, stated)
        if artefact.sha256 is not None:
            return artefact.sha256
        digest = stated or self.recorded(artefact)
        if digest is None:
            msg = (
                f"{artefact.name}: no digest of this file is established, so it is refused as it "
                "is. State the SHA-256 you got from a source you trust: "
                f"workbench models install {artefact.name} --sha256 DIGEST."
            )
            raise RefusedError(msg)
        return digest

    def recorded(self, artefact: Artefact) -> str | None:
        """Return the digest that was stated before, if any.

        Raises:
            ArtefactError: when the record is damaged.
        """
        path = self._path(artefact)
        if not path.is_file():
            return None
        try:
            digest = json.loads(path.read_text(encoding="utf-8"))["sha256"]
            return require_digest(str(digest))
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"{path} is not a trust record ({error}). Delete it and state the digest again."
            raise ArtefactError(msg) from error

    def record(self, artefact: Artefact, digest: str) -> None:
        """Write down that the user vouched for `digest`, once the file with it is in place."""
        if artefact.sha256 is not None:
            return
        path = self._path(artefact)
        stated_at = datetime.now(UTC).isoformat(timespec="seconds")
        text = {"artefact": artefact.name, "sha256": digest, "stated_by_user_at": stated_at}
        with placing(path) as temporary, as_output_error(path):
            temporary.write_text(json.dumps(text, indent=2) + "\n", encoding="utf-8")
            temporary.replace(path)

    def _path(self, artefact: Artefact) -> Path:
        return self._cache / f"{artefact.filename}.trust.json"


def _checked(artefact: Artefact, stated: str) -> str:
    try:
        digest = require_digest(stated.strip().lower())
    except ValueError as error:
        msg = f"--sha256 for {artefact.name}: {error}"
        raise UsageError(msg) from error
    if artefact.sha256 is not None and digest != artefact.sha256:
        msg = (
            f"--sha256 for {artefact.name} is {digest}, but the catalogue has {artefact.sha256}. "
            "Leave the option out; the catalogued digest is checked anyway."
        )
        raise UsageError(msg)
    return digest
