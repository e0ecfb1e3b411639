"""Office packages with the same bytes every time, whatever the clock and the compression library."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Container
from datetime import UTC, datetime

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CLOCKS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settle(package: bytes, written_at: datetime, without: Container[str] = ()) -> bytes:
    """The package with fixed member times and document times, without the named members.

    Members are stored, not deflated: the bytes of a deflated member depend on the zlib that wrote it.
    """
    stamp = written_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            if name in without:
                continue
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _CLOCKS.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, data)
    return settled.getvalue()
