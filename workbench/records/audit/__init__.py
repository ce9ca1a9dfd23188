"""The audit log: who did what, when and why, in a chain that shows every change made to it.

`entries` says what an entry holds, `chain` how each is bound to the one before, `checkpoints` how
the newest is signed, `witness` where that is written elsewhere, `log` how entries get in, and
`verifying` how to find out that nothing was changed, taken out, put in or rolled back.
"""

from __future__ import annotations

__all__: list[str] = []
