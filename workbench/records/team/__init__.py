"""The team's store: what PostgreSQL itself keeps apart, so that no kernel has to be trusted.

Each person connects as a database user of their own. `needs` says what each permission needs of
the tables, `roles` makes a group role a role of the workbench with exactly that, `functions` and
`rules` are what the database runs by itself, `views` what managers and data scientists read in
place of tables, `setting_up` puts all of it in place, `checking` tells what each role can do, and
`connections` who a connection is.
"""

from __future__ import annotations

__all__: list[str] = []
