"""What must not get out by the way: in logs, tracebacks, memory images, swap, saved notebooks.

Standard library only, so that a Jupyter server or a kernel can load it at its start.
"""

from __future__ import annotations

from workbench.hygiene.addresses import IN_PAGE, address_from, require_no_login
from workbench.hygiene.credentials import has_credentials, without_credentials
from workbench.hygiene.notebooks import NOTE, strip_notebook
from workbench.hygiene.pictures import markup_fault, text_fault, without_encoded_bytes
from workbench.hygiene.process import harden_process
from workbench.hygiene.swap import swap_warning
from workbench.hygiene.tracebacks import forget_last_error, install_exception_hook

__all__ = [
    "IN_PAGE",
    "NOTE",
    "address_from",
    "forget_last_error",
    "harden_process",
    "has_credentials",
    "install_exception_hook",
    "markup_fault",
    "require_no_login",
    "strip_notebook",
    "swap_warning",
    "text_fault",
    "without_credentials",
    "without_encoded_bytes",
]
