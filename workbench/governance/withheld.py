"""Permissions that a force takes away from a role; it cannot give a role any.

Which role holds which permission is the product's own choice (`permissions`). A force that wants
fewer people to do something withholds it; what nobody could do any more cannot be withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from workbench.governance.permissions import PERMISSIONS, Permission, holders
from workbench.governance.roles import Role

__all__ = ["Withheld"]


def _leaves_somebody(
    withheld: Mapping[Role, tuple[Permission, ...]],
) -> Mapping[Role, tuple[Permission, ...]]:
    for role, permissions in withheld.items():
        for permission in permissions:
            if permission not in PERMISSIONS[role]:
                msg = f"{role.phrase} may not {permission.meaning} ({permission}) as it is"
                raise ValueError(msg)
            if all(permission in withheld.get(other, ()) for other in holders(permission)):
                msg = f"nobody would be left who may {permission.meaning} ({permission})"
                raise ValueError(msg)
    return withheld


Withheld: TypeAlias = Annotated[
    Mapping[Role, tuple[Permission, ...]], AfterValidator(_leaves_somebody)
]
"""By role, the permissions of the table that it does not hold here."""
