"""A copy of the folder of a bench in the hands of somebody without its keys."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alert_values import face, plant_alert
from bench_steps import REFERENCE
from bench_values import SFACE
from list_values import pictured
from picture_heads import picture_heads

from workbench.bench import Workbench
from workbench.bench.list_sealing import opened_list, picture_at
from workbench.bench.places import BenchPlaces
from workbench.bench.secrets import create_secrets
from workbench.errors import AuditError, KeyDestroyedError, KeyStoreError
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.identity.credentials import CredentialSource, issue
from workbench.images import encode_jpeg
from workbench.records.deployments import find_deployment
from workbench.records.watchlists import find_watchlist
from workbench.settings import Settings

PASSWORD = "a password of the thief's"  # noqa: S105 - of no account but in this test


@dataclass
class Loot:
    """A copied folder, the thief's own settings, and what lies sealed in the copy."""

    folder: Path
    settings: Settings
    templates: list[np.ndarray[Any, Any]]
    pictures: list[bytes]
    clock: Callable[[], Any]

    @property
    def places(self) -> BenchPlaces:
        """Return where the thief puts keys for it."""
        return BenchPlaces.of(str(self.folder), self.id, self.settings)

    @property
    def id(self) -> str:
        """Return the name of the bench, which is in the folder."""
        return str(json.loads((self.folder / "bench.json").read_text("utf-8"))["id"])


@pytest.fixture
def loot(
    bench: Any,
    authorised: Callable[..., str],
    settings: Settings,
    store: ArtefactStore,
    tmp_path: Path,
) -> Loot:
    """Return the copied folder of a bench with a list and an alert."""
    bench.settings = bench.settings.model_copy(update={"encoder": "sface"})
    authorised(policy=SFACE)
    with bench.open("analyst") as analyst:
        person = pictured(store.path("sample/person_a_1"), "NOM-1")
        analyst.watchlists.build(REFERENCE, [person], build_analyser(settings, store, "sface"))
        plant_alert(analyst, REFERENCE)
        listed = _list(analyst)
    folder = tmp_path / "loot"
    shutil.copytree(bench.folder, folder)
    own = Settings(
        threads=1, keys={"folder": tmp_path / "own-keys"}, witness=tmp_path / "own-witness"
    )
    taken = store.path("sample/person_a_1").read_bytes()
    pictures = [taken, picture_at(listed, 0), encode_jpeg(face(2, 160))]
    return Loot(
        folder, own, [one.vectors for one in listed.templates.values()], pictures, bench.clock
    )


def _list(workbench: Workbench) -> Any:
    """Open the sealed list past every rule but that of its key."""
    context = workbench._context
    with context.store.reading() as connection:
        row = find_watchlist(connection, find_deployment(connection, REFERENCE).id)
        assert row is not None
        return opened_list(context, connection, row, REFERENCE)


@pytest.mark.slow
def test_no_template_and_no_picture_is_readable_in_it(loot: Loot) -> None:
    files = [one for one in loot.folder.rglob("*") if one.is_file()]
    stolen = b"".join(one.read_bytes() for one in files)
    assert len(files) >= 4
    for template in loot.templates:
        for kind in (np.float32, np.float16, np.float64):
            assert template.astype(kind).tobytes()[:16] not in stolen
    assert len(loot.pictures) >= 3
    for picture in loot.pictures:
        assert picture_heads(picture), "as a picture begins there"
        for part in (picture[:64], picture[-64:]):
            assert part not in stolen
            assert base64.b64encode(part)[:60] not in stolen
    assert picture_heads(stolen) == []


@pytest.mark.slow
def test_without_keys_it_does_not_open(loot: Loot) -> None:
    with pytest.raises(KeyStoreError, match="No such file or directory"):
        Workbench.login(loot.folder, "administrator", PASSWORD, settings=loot.settings)


@pytest.mark.slow
def test_with_keys_of_ones_own_nobody_logs_in_and_nothing_opens(loot: Loot) -> None:
    secrets = create_secrets(loot.places, loot.id, loot.settings)
    secrets.users.add("administrator", PASSWORD)
    with pytest.raises(AuditError, match="is not signed with the key of this bench"):
        Workbench.login(
            loot.folder, "administrator", PASSWORD, settings=loot.settings, clock=loot.clock
        )
    token = issue(
        secrets.credentials,
        bench=loot.id,
        actor="analyst",
        source=CredentialSource.USERS_FILE,
        now=loot.clock(),
    )
    with Workbench.open(
        loot.folder, credential=token, settings=loot.settings, clock=loot.clock
    ) as forced:
        with pytest.raises(AuditError, match="is not signed with the key of this bench"):
            forced.watchlists.show(REFERENCE, "looking around")
        with pytest.raises(KeyDestroyedError, match="is not in the key store"):
            _list(forced)
