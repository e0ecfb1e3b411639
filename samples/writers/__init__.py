"""One writer per format: `write(filing) -> bytes`, the same bytes every time.

The writers are found by name: the module `samples.writers.<format>`.
"""

from __future__ import annotations

from importlib import import_module

from samples.model import Filing


def write(filing: Filing) -> bytes:
    """The bytes of a filing in its format; cut where the truth says that the file broke on its way."""
    written: bytes = import_module(f"{__name__}.{filing.format}").write(filing)
    return written if filing.truncate_to is None else written[: filing.truncate_to]
