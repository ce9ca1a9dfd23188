"""Settings of what compares probes with reference collections."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["GallerySettings", "QdrantSettings"]

_SAFE: Final = re.compile(r"https://\S+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/?")

_PORT: Final = 6333
"""That its client takes where an address names none."""


class QdrantSettings(BaseModel):
    """A Qdrant server for collections beyond one machine, or its embedded form in a folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str | None = Field(
        None, description="address of the server, https; http on loopback alone"
    )
    path: Path | None = Field(None, description="folder of the embedded form, instead of a server")
    storage_encrypted: bool = Field(
        default=False,
        description="declares that its storage is encrypted: destroying a collection's key does "
        "not reach it; without, nothing is put there",
    )
    key_variable: str | None = Field(
        None, min_length=1, description="environment variable that holds the server's API key"
    )
    timeout_s: int = Field(60, ge=1, description="longest wait for an answer, s")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.address is None) == (self.path is None):
            msg = "qdrant needs an address or a path, and not both"
            raise ValueError(msg)
        if self.address is not None and not _SAFE.fullmatch(self.address):
            msg = (
                "the address of qdrant must begin with https://, or be on this machine: templates "
                "go there"
            )
            raise ValueError(msg)
        if self.address is not None and not _is_plain(self.address):
            msg = (
                "the address of qdrant is a host with its port, and carries no login, query or "
                "fragment: its key is in the environment variable that key_variable names"
            )
            raise ValueError(msg)
        return self

    @property
    def place(self) -> str:
        """Where it is: its address, with the port, or the absolute path of its folder."""
        if self.path is not None:
            return str(self.path.expanduser().resolve())
        parts = urlsplit(self.address or "")
        host = parts.netloc.rpartition("@")[2].lower()
        port = "" if parts.port is not None else f":{_PORT}"
        return f"{parts.scheme}://{host.rstrip(':')}{port}{parts.path.rstrip('/')}"


def _is_plain(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc and not {"?", "#"} & set(address)


class GallerySettings(BaseModel):
    """How collections are searched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    search: Literal["exact", "triage"] = Field(
        "exact",
        description="how a collection is searched where a search does not say: every reference "
        "compared, or triage, on which nobody concludes",
    )
    triage_above: int = Field(
        250_000,
        ge=0,
        description="triage compares every reference of a collection that has at most this many: "
        "with both encoders that is faster up to some 250,000, and loses nobody",
    )
    qdrant: QdrantSettings | None = Field(
        None, description="server for collections that are imported for it (the extra qdrant)"
    )
