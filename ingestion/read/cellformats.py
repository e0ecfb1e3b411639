"""Numbers of a spreadsheet as people see them: percentages, dates, thousands marks, decimals, words around them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

#: Built-in number formats that files name without spelling them out, dates as a Chinese program shows them.
BUILT_IN: Final[dict[int, str]] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 48: "##0.0E+0", 49: "@",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: 'yyyy"年"m"月"', 35: 'm"月"d"日"', 36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DATE_TOKEN: Final = re.compile(r"y+|m+|d+|h+|s+|am/pm|a/p|上午/下午", re.IGNORECASE)
_PLACES: Final = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+")
_HELD: Final = "\ue000"  # a private sign holds the place of a literal while the format is read
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no time zone
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL: Final = 2_958_465  # 9999-12-31
_HALVES: Final = {"am/pm": ("AM", "PM"), "a/p": ("A", "P"), "上午/下午": ("上午", "下午")}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def shown(raw: str, number_format: str, *, is_1904: bool = False) -> str:
    """A stored number in its format; the plain number where the format is none of the usual ones."""
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    if not number.is_finite():
        return raw
    section, number, is_signed = _section(number_format, number)
    literals: list[str] = []

    def hold(found: re.Match[str]) -> str:
        literals.append(found[1] if found[1] is not None else found[2] or "")
        return _HELD

    pattern = _LITERAL.sub(hold, section)
    if _ELAPSED.search(pattern):
        return plain(number)
    pattern = _BRACKETS.sub("", pattern)
    if _is_date(pattern):
        text = _dated(number, pattern, is_1904)
    elif "E" in pattern.upper() or "/" in pattern or not _PLACES.search(pattern):
        text = pattern.replace("@", plain(number)) if "@" in pattern else ""
        text = text or (plain(number) if not literals or "General" in pattern else pattern)
    else:
        text = _numbered(number, pattern, is_signed)
    for literal in literals:
        text = text.replace(_HELD, literal, 1)
    return text.replace(_HELD, "").strip()


@lru_cache(maxsize=4096)
def plain(number: Decimal) -> str:
    """A number without format: at most 15 digits, as spreadsheets hold, no exponent for usual sizes."""
    rounded = Decimal(f"{number:.15g}") if number else Decimal(0)
    if rounded and not -20 < rounded.adjusted() < 20:
        return f"{rounded:E}"
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(number_format: str, number: Decimal) -> tuple[str, Decimal, bool]:
    """The part of a format for the number's sign; a part of its own for negatives shows them without sign."""
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)
    if number < 0 and len(parts) > 1:
        return parts[1], -number, True
    if number == 0 and len(parts) > 2:
        return parts[2], number, True
    return parts[0], number, False


def _is_date(pattern: str) -> bool:
    return (
        "General" not in pattern
        and not _PLACES.search(pattern.replace("0", ""))
        and bool(re.search(r"[ymdhs]", pattern, re.IGNORECASE))
    )


def _dated(number: Decimal, pattern: str, is_1904: bool) -> str:
    if not 0 <= number <= _LAST_SERIAL:
        return plain(number)
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(seconds=round(float(number) * 86_400))
    found = list(_DATE_TOKEN.finditer(pattern))
    signs = [m[0].lower() for m in found]
    has_half = any(sign in _HALVES for sign in signs)
    pieces, end = [], 0
    for at, match in enumerate(found):
        before = signs[at - 1] if at else ""
        after = signs[at + 1] if at + 1 < len(signs) else ""
        is_minute = signs[at][0] == "m" and len(signs[at]) <= 2 and (before[:1] == "h" or after[:1] == "s")
        pieces.append(pattern[end : match.start()] + _moment_piece(moment, signs[at], is_minute, has_half))
        end = match.end()
    return "".join(pieces) + pattern[end:]


def _moment_piece(moment: datetime, sign: str, is_minute: bool, has_half: bool) -> str:
    """One part of a date or time; m is a minute beside hours or seconds, else a month."""
    width = min(len(sign), 2)
    if sign in _HALVES:
        return _HALVES[sign][moment.hour >= 12]
    if sign[0] == "y":
        return f"{moment.year:04d}" if len(sign) > 2 else f"{moment.year % 100:02d}"
    if is_minute:
        return f"{moment.minute:0{width}d}"
    if sign[0] == "m":
        return f"{moment.month:0{width}d}" if len(sign) <= 2 else _MONTHS[moment.month - 1]
    if sign[0] == "h":
        return f"{(moment.hour % 12 or 12) if has_half else moment.hour:0{width}d}"
    return f"{moment.day if sign[0] == 'd' else moment.second:0{width}d}"


def _numbered(number: Decimal, pattern: str, is_signed: bool) -> str:
    places = _PLACES.search(pattern)
    if places is None:
        return plain(number)
    form = places[0]
    whole, _, decimals = form.partition(".")
    scaled = number * 100 ** pattern.count("%")
    thousands_cut = len(whole) - len(whole.rstrip(","))
    scaled = scaled / 1000**thousands_cut
    most = sum(c in "0#?" for c in decimals)
    least = sum(c == "0" for c in decimals)
    rounded = scaled.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP) if scaled.adjusted() < 25 else scaled
    text = f"{abs(rounded):,f}" if "," in whole.rstrip(",") else f"{abs(rounded):f}"
    integer, _, fraction = text.partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    integer = integer.zfill(sum(c == "0" for c in whole))
    if integer == "0" and "0" not in whole and fraction:
        integer = ""
    sign = "-" if rounded < 0 and not is_signed else ""
    body = integer + (f".{fraction}" if fraction or (decimals == "" and "." in form) else "")
    return pattern[: places.start()] + sign + body.rstrip(".") + pattern[places.end() :]
