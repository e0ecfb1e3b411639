"""Who sent a file and which period it is about: the register wins over the file's name, the name over the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final

from ingestion.records import Segmentation
from ingestion.regions import (
    UNKNOWN,
    common_parent,
    is_masked,
    is_region_name,
    region,
    resolve_region,
    resolve_unit,
)
from ingestion.segment.joint import region_names
from ingestion.segment.period import month_end, period_of
from ingestion.wording import fold

_SEPARATORS: Final = re.compile(r"[\s\d_\-—－–·.,，、;；()（）\[\]【】《》“”\"'+&]+")
#: 2023-09, 2023_09, 2023.9, 202309, never a day's date; words (2023年1-9月, 2023年上半年) are the segmenter's.
_NUMERIC_PERIODS: Final = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<sep>[-_./])(?P<month>1[0-2]|0?[1-9])(?!\d|(?P=sep)\d)"),
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>1[0-2]|0[1-9])(?!\d)"),
)
_RESUBMISSION: Final = re.compile(r"补报|重报|更正|修订|修改稿|补充报送|resubmi|revis", re.IGNORECASE)
_LEADING_DATE: Final = re.compile(r"^(?:年度?|月份?|日|号|[上下]半年|前?第?[一二三四]季度|至|到)+")
_LONGEST_NAME: Final = 20


@dataclass(frozen=True, slots=True)
class Placement:
    """What one source says of a file; None where it says nothing."""

    reporting_unit: str | None = None
    period: str | None = None
    is_resubmission: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a file.

    `region_code` is UNKNOWN for a masked or unknown place; `context` is the code in whose circle region names of the
    document are looked up, '' where there is none.  `key` is one value per sender however its name is written; the
    key of a sender that only a masked text names carries the file's own hash, so that strangers share nothing.
    """

    reporting_unit: str | None
    region_code: str
    context: str
    key: str


def from_name(file_name: str) -> Placement:
    """What a file's name says: `蓬江区_2023-09.docx`, `江海区 2023年9月 补报.xlsx`."""
    stem = PurePath(file_name).stem
    return Placement(
        reporting_unit=_unit_in(stem),
        period=period_in(stem),
        is_resubmission=bool(_RESUBMISSION.search(fold(stem))),
    )


def period_in(text: str) -> str | None:
    """The period that a short text names with its year, as YYYY-MM: the month in which the named span ends."""
    for pattern in _NUMERIC_PERIODS:
        if found := pattern.search(text):
            return f"{found['year']}-{int(found['month']):02d}"
    named = period_of(text)
    return f"{named.as_of:%Y-%m}" if named and named.is_exact else None


def period_end(period: str) -> date:
    """The last day of a period YYYY-MM."""
    return month_end(int(period[:4]), int(period[5:]))


def from_text(segmentation: Segmentation) -> Placement:
    """What the document says: its own region, else its publisher; the month of its as-of date."""
    as_of = segmentation.as_of_date
    return Placement(
        reporting_unit=_document_unit(segmentation),
        period=f"{as_of:%Y-%m}" if as_of else None,
    )


def sender_of(stated_unit: str | None, segmentation: Segmentation, sha256: str, as_of: date | None = None) -> Sender:
    """The sender as stated by register or file name, else as the document says; the document gives the context.

    With the document's date the codes are those of that day.
    """
    document_code = region_of(segmentation, as_of)
    unit = stated_unit or _document_unit(segmentation)
    code = _stated_code(stated_unit, document_code, as_of) if stated_unit else document_code
    if unit is None and code is not None:
        unit = region(code).name
    return Sender(
        unit, code or UNKNOWN, code or document_code or "", _key(unit, code, sha256, as_of, is_stated=bool(stated_unit))
    )


def place_name(unit: str | None, code: str | None) -> str | None:
    """The place that a sender's name says, for documents that name none: official where it is known."""
    if code is not None and code != UNKNOWN:
        return region(code).name
    return unit if unit and is_region_name(unit) else None


def unit_key(unit: str | None) -> str:
    """One value per sender that a register or a file's name states, as far as the name alone tells; '' for none."""
    return resolve_region(unit) or fold(unit or "")


def region_of(segmentation: Segmentation, as_of: date | None = None) -> str | None:
    """The document's own division: as named, else the one of its only region, else the common parent of them all."""
    for name in (segmentation.region, segmentation.publisher):
        if found := resolve_unit(name, as_of=as_of):
            return found
    names = _region_names(segmentation)
    parent = common_parent(names)
    if segmentation.region:
        # an ambiguous name (鼓楼区) that is one of its own table's siblings, or the parent's other name
        return resolve_unit(segmentation.region, parent, as_of) if parent else None
    if len(names) == 1:
        return resolve_region(names[0], as_of=as_of)
    return parent


def _stated_code(unit: str, document_code: str | None, as_of: date | None) -> str | None:
    """A name that says no place (市生态环境局) leaves it to the document; one that says a place never does."""
    found = resolve_unit(unit, as_of=as_of) or resolve_unit(unit, document_code, as_of)
    return found if found or is_region_name(unit) or is_masked(unit) else document_code


def _key(unit: str | None, code: str | None, sha256: str, as_of: date | None, *, is_stated: bool) -> str:
    is_itself = code is not None and (
        unit is None or fold(unit) == fold(region(code).name) or resolve_region(unit, as_of=as_of) == code
    )
    if code is not None and is_itself:
        return code
    if unit is not None and (code is not None or (is_stated and not is_masked(unit))):
        return f"{code or ''}{fold(unit)}"
    return f"{fold(unit or '')}#{sha256[:16]}"


def _document_unit(segmentation: Segmentation) -> str | None:
    for name in (segmentation.region, segmentation.publisher):
        if name and name.strip():
            return name.strip()
    names = _region_names(segmentation)
    return names[0] if len(names) == 1 else None


def _region_names(segmentation: Segmentation) -> list[str]:
    return list(dict.fromkeys(name for item in segmentation.items for name in region_names(item.region)))


def _unit_in(stem: str) -> str | None:
    """The unit that a word of the name is, or that a word begins with; the first such word."""
    words: list[str] = [_LEADING_DATE.sub("", word) for word in _SEPARATORS.split(stem)]
    for word in filter(None, words):
        if is_region_name(word) or resolve_unit(word):
            return word
        if found := max(_full_names(word), key=len, default=None):
            return found
    return None


def _full_names(word: str) -> Iterator[str]:
    """The beginnings of a word that are a division's full name, or a path of names that ends in one."""
    for end in range(2, min(len(word), _LONGEST_NAME) + 1):
        head = word[:end]
        if fold(head)[-1:] in tuple("省市县区州旗盟") and (is_region_name(head) or resolve_region(head)):
            yield head
