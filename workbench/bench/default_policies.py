"""The threshold policies that ship: one for each matcher, measured, approved by nobody.

They were measured in fp32; one more, of the default matcher, was measured in int8.

What they say lies beside the rules of `workbench.governance`, which opens no file itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from workbench.errors import InputError
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.setups import Matcher

__all__ = ["DEFAULT_MATCHER", "load_default_policies", "load_int8_policy"]

DEFAULT_MATCHER: Final = Matcher.FUSED
"""The matcher whose policy is the default."""
_DATA: Final = resources.files("workbench.governance").joinpath("data")


def load_default_policies() -> Mapping[Matcher, ThresholdPolicy]:
    """Return the shipped policies in fp32 by matcher, that of the default matcher first.

    Raises:
        InputError: when this copy of the workbench lacks one, or it is damaged.
    """
    order = (DEFAULT_MATCHER, *(other for other in Matcher if other is not DEFAULT_MATCHER))
    return {matcher: _read(_DATA.joinpath(f"policy-{matcher}.json")) for matcher in order}


def load_int8_policy() -> ThresholdPolicy:
    """Return the shipped policy of the default matcher in int8.

    Raises:
        InputError: when this copy of the workbench lacks it, or it is damaged.
    """
    return _read(_DATA.joinpath(f"policy-{DEFAULT_MATCHER}-int8.json"))


def _read(source: Traversable) -> ThresholdPolicy:
    try:
        values = json.loads(source.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        msg = (
            f"{source.name}: this copy of the workbench lacks its default policy. Install it again."
        )
        raise InputError(msg)
    return ThresholdPolicy.read(values, what=source.name)
