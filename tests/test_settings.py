"""Settings: where they come from, which wins, and how a bad one is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from workbench.errors import UsageError
from workbench.gallery_settings import QdrantSettings
from workbench.settings import (
    DetectionSettings,
    ImageSettings,
    LiveSettings,
    QualityLimits,
    QualitySettings,
    Settings,
    load_settings,
)

UNITS = re.compile(
    r"\b(px|bytes|s|0\.\.1|degrees|grey levels|IoU|cosine|frames|detections|crops|comparisons"
    r"|candidates|width x height)\b"
)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("INDEX_URL", "OFFLINE"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "workbench.toml"
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(path))
    return path


def test_defaults_are_those_of_the_models() -> None:
    settings = load_settings()
    assert settings.detector == "yunet"
    assert settings.encoder == "fused"
    assert settings.live == LiveSettings()
    assert settings.quality == QualitySettings()


def test_default_cache_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_CACHE")
    assert load_settings().cache.name == "lfr-workbench"


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        ("WORKBENCH_THREADS", "", lambda s: s.threads is None),
        ("WORKBENCH_THREADS", "2", lambda s: s.threads == 2),
        ("workbench_detector", "mtcnn", lambda s: s.detector == "mtcnn"),
        ("WORKBENCH_OFFLINE", "1", lambda s: s.offline is True),
        ("WORKBENCH_DEVICE", "cuda:1", lambda s: s.device == "cuda:1"),
        ("WORKBENCH_CACHE", "~/models", lambda s: s.cache == Path.home() / "models"),
        ("WORKBENCH_WITNESS_MAIL", "~/mail", lambda s: s.witness_mail == Path.home() / "mail"),
        ("WORKBENCH_LIVE__COOLDOWN_S", "60", lambda s: s.live.cooldown_s == 60.0),
        (
            "WORKBENCH_QUALITY__SHARPNESS__WARN_LOW",
            "80",
            lambda s: s.quality.sharpness.warn_low == 80.0,
        ),
    ],
)
def test_read_from_the_environment(
    variable: str, value: str, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert read(load_settings())  # type: ignore[operator]


def test_the_call_wins_over_the_environment_and_that_over_the_file(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.write_text(
        'device = "mps"\nencoder = "sface"\ndetector = "mtcnn"\n[live]\ncooldown_s = 5\ncandidates = 3\n'
    )
    monkeypatch.setenv("WORKBENCH_ENCODER", "facenet")
    monkeypatch.setenv("WORKBENCH_DETECTOR", "mtcnn")
    monkeypatch.setenv("WORKBENCH_LIVE__COOLDOWN_S", "7")
    settings = load_settings(detector="yunet")
    assert (settings.device, settings.encoder, settings.detector) == ("mps", "facenet", "yunet")
    assert (settings.live.cooldown_s, settings.live.candidates) == (7.0, 3)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORKBENCH_DEVICE", "gpu"),
        ("WORKBENCH_DEVICE", "cuda:"),
        ("WORKBENCH_THREADS", "0"),
        ("WORKBENCH_THREADS", "two"),
        ("WORKBENCH_DETECTOR", "haar"),
        ("WORKBENCH_OFFLINE", "perhaps"),
        ("WORKBENCH_INDEX_URL", "pypi.org/simple"),
        ("WORKBENCH_IMAGES__MAX_PIXELS", "0"),
        ("WORKBENCH_DETECTION__MIN_CONFIDENCE", "1.5"),
        ("WORKBENCH_DETECTION__NMS", "nan"),
        ("WORKBENCH_LIVE__TEMPLATE_LIFETIME_S", "1.01"),
        ("WORKBENCH_LIVE__REDACTION_CONFIDENCE", "0.9"),
        ("WORKBENCH_LIVE__COOLDOWN_S", "inf"),
        ("WORKBENCH_LIVE__COOLDOWNS", "1"),
        ("WORKBENCH_LIVE", "{not json"),
        ("WORKBENCH_GALLERY__SEARCH", "quick"),
        ("WORKBENCH_GALLERY__QDRANT__STORAGE_ENCRYPTED", "true"),
        ("WORKBENCH_GALLERY__QDRANT__ADDRESS", "http://gallery.example:6333"),
        ("WORKBENCH_GALLERY__QDRANT", '{"address": "https://a.example", "path": "b"}'),
        ("WORKBENCH_QUALITY__SHARPNESS__REJECT_LOW", "900"),
        ("WORKBENCH_QUALITY", '{"sharpness": {"warn_low": "sharp"}}'),
    ],
)
def test_a_bad_variable_is_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as raised:
        load_settings()
    said = str(raised.value)
    assert variable in said or variable.removeprefix("WORKBENCH_").lower() in said
    assert "Correct" in said
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("WORKBENCH_DETECTR", "WORKBENCH_DETECTOR"),
        ("WORKBENCH_OFLINE", "WORKBENCH_OFFLINE"),
        ("WORKBENCH_LIVES__COOLDOWN_S", "WORKBENCH_LIVE"),
        ("WORKBENCH_SETTING", None),
        ("WORKBENCH_SHARED", None),
        ("WORKBENCH_DEBUG", None),
        ("WORKBENCH_REQUIRE_ALL", None),
    ],
)
def test_a_misspelt_variable_is_refused_and_others_are_left_alone(
    misspelt: str, meant: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(misspelt, "1")
    if meant is None:
        load_settings()
        return
    with pytest.raises(UsageError, match=f"{misspelt} is no setting. Did you mean {meant}"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("device = 3", "device in "),
        ("colour = 1", "colour in "),
        ("[live]\ncandidates = 0", "live.candidates in "),
        ("[quality.yaw_deg]\nwarn_high = 60", "quality.yaw_deg in "),
        ("device = ", "workbench.toml"),
        ("device = '\xff'", "workbench.toml"),
    ],
)
def test_a_bad_file_is_named_with_the_setting(settings_file: Path, text: str, said: str) -> None:
    settings_file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=re.escape(said)) as raised:
        load_settings()
    assert str(settings_file) in str(raised.value)


@pytest.mark.usefixtures("settings_file")
def test_a_missing_file_is_refused() -> None:
    with pytest.raises(UsageError, match=r"WORKBENCH_SETTINGS names .*which is no file"):
        load_settings()


def test_an_empty_file_changes_nothing(settings_file: Path) -> None:
    settings_file.write_text("")
    assert load_settings() == Settings()


def test_a_bad_argument_is_named_as_such() -> None:
    with pytest.raises(UsageError, match=r"cannot be used: encoder: "):
        load_settings(encoder="none")


def test_a_password_in_the_index_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_INDEX_URL", "htps://user:hunter2@index.example/simple")
    with pytest.raises(UsageError) as raised:
        load_settings()
    assert "hunter2" not in str(raised.value)
    monkeypatch.setenv("WORKBENCH_INDEX_URL", "https://user:hunter2@index.example/simple")
    assert "hunter2" not in repr(load_settings())


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.device = "cuda"
    with pytest.raises(ValidationError, match="frozen"):
        settings.live.candidates = 9


@pytest.mark.parametrize(
    "limits",
    [{"warn_low": 1.0, "reject_low": 2.0}, {"warn_high": 2.0, "reject_high": 1.0}],
)
def test_limits_that_refuse_before_they_warn_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="refused before it draws a warning"):
        QualityLimits(**limits)


def test_changing_one_limit_keeps_the_others(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.write_text("[quality.exposure]\nwarn_low = 0.3\n")
    monkeypatch.setenv("WORKBENCH_QUALITY__EXPOSURE__WARN_HIGH", "0.7")
    default = QualitySettings().exposure
    changed = default.model_copy(update={"warn_low": 0.3, "warn_high": 0.7})
    assert load_settings().quality.exposure == changed
    assert load_settings(quality=QualitySettings()).quality.exposure == default


@pytest.mark.parametrize("model", [ImageSettings, DetectionSettings, QualitySettings, LiveSettings])
def test_every_number_says_its_unit(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        assert UNITS.search(field.description), f"{name}: {field.description}"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_an_address_in_clear_for_templates_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    place = "WORKBENCH_GALLERY__QDRANT__ADDRESS"
    monkeypatch.setenv(place, "http://gallery.example:6333")
    with pytest.raises(UsageError, match="must begin with https://, or be on this machine"):
        load_settings()
    for address in ("https://gallery.example:6333", "http://127.0.0.1:6333"):
        monkeypatch.setenv(place, address)
        qdrant = load_settings().gallery.qdrant
        assert qdrant is not None
        assert (qdrant.address, qdrant.storage_encrypted) == (address, False)


@pytest.mark.parametrize(
    "address",
    [
        "https://ada:secret@gallery.example:6333",
        "https://gallery.example?api_key=secret",
        "https://gallery.example/#secret",
        "https://gallery.example:secret",
        "https://:6333",
    ],
)
def test_the_address_of_a_gallery_server_carries_no_login(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_GALLERY__QDRANT__ADDRESS", address)
    with pytest.raises(UsageError, match="carries no login, query or fragment") as raised:
        load_settings()
    assert "secret" not in str(raised.value)


def test_the_place_of_a_gallery_server_is_written_one_way() -> None:
    for address in ("https://Gallery.example", "https://gallery.example:6333/"):
        assert QdrantSettings(address=address).place == "https://gallery.example:6333"
    assert QdrantSettings(address="http://[::1]:99").place == "http://[::1]:99"
    behind = QdrantSettings(address="https://gallery.example:443/faces/")
    assert behind.place == "https://gallery.example:443/faces"
