"""The rules: who may do what, when, to whom and for how long. Pure; nothing here reads or writes.

Each rule lives in its own module; `workbench.bench` applies them and `workbench.records` keeps
what they produce.
"""

from __future__ import annotations

__all__: list[str] = []
