"""Office packages with the same bytes every time, whatever the clock and the compression library."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CLOCKS: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settle(package: bytes, day: date) -> bytes:
    """The package with fixed member times, created and modified on a day.

    Members are stored, not deflated: the bytes of a deflated member depend on the zlib that wrote it.
    """
    stamp = f"{day:%Y-%m-%d}T00:00:00Z".encode()
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _CLOCKS.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, data)
    return settled.getvalue()
