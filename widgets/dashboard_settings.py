"""What the server of managers' pages is started with: one private file, read once and removed."""

from __future__ import annotations

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from workbench.errors import UsageError
from workbench.governance.roles import Role

__all__ = ["ServerSettings", "take_settings"]


class ServerSettings(BaseModel):
    """Settings of one server.

    Attributes:
        folder: private to this server; it is emptied at the end. `snapshot` in it is what pages
            show.
        notebooks: folder of the pages.
        host: address it listens on.
        port: of it; 0 takes a free one.
        token: what lets somebody in; `None` where a proxy does.
        proxy_secret: file of what a proxy shows; `None` where a token lets in.
        role: of whoever comes with the token.
        preheat: whether a kernel waits ready for each page.
        cull_s: seconds after which a kernel goes whose tab is closed.
        cull_every_s: seconds between two looks for such kernels.
        most_kernels: how many pages may be open at once.
        most_of_one: how many of them may be of one account or browser, so that one does not keep
            out all others.
        parent: process that started it; it ends with that. `None` where nothing is to end it.
        ready: descriptor on which it says that it listens, and where.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    notebooks: Path
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8866
    token: SecretStr | None = None
    proxy_secret: Path | None = None
    role: Role = Role.MANAGER
    preheat: bool = True
    cull_s: Annotated[int, Field(ge=1)] = 600
    cull_every_s: Annotated[int, Field(ge=1)] = 60
    most_kernels: Annotated[int, Field(ge=1)] = 40
    most_of_one: Annotated[int, Field(ge=1)] = 8
    parent: int | None = None
    ready: int | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.token is None) == (self.proxy_secret is None):
            msg = "a server of managers' pages has a token or the secret of a proxy, one of them"
            raise ValueError(msg)
        return self

    @property
    def is_on_loopback(self) -> bool:
        """Whether nobody outside this machine can come to it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def snapshot(self) -> Path:
        """Folder of what pages show."""
        return self.folder / "snapshot"


def take_settings(path: Path) -> ServerSettings:
    """Read the settings, and remove the file: nothing of them is needed there any longer.

    Raises:
        UsageError: when it is not there or holds something else.
    """
    try:
        content = json.loads(path.read_bytes())
        path.unlink()
        return ServerSettings.model_validate(content)
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error})."
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        msg = f"{path} is no file of settings: {fault['msg']}."
    except ValueError:
        msg = f"{path} is no JSON."
    msg = f"{msg} Start managers' pages with `workbench dashboard`."
    raise UsageError(msg)
