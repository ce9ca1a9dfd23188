"""The base of what a snapshot for managers is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Part"]


class Part(BaseModel):
    """Plain values that stay as they are; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
