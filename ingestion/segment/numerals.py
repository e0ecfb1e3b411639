"""Chinese numerals of ordinals and years, up to 99 and digit by digit."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}


def chinese_number(written: str) -> int | None:
    """一 … 九十九 as a number; None for anything else."""
    tens, has_ten, ones = written.rpartition("十")
    if not has_ten:
        return _DIGITS.get(written)
    ten = _DIGITS.get(tens, 1 if not tens else -1)
    one = _DIGITS.get(ones, 0 if not ones else -1)
    return ten * 10 + one if ten > 0 and one >= 0 else None


def chinese_year(written: str) -> int | None:
    """二〇二三 as 2023; None for anything else."""
    digits = [_DIGITS.get(c) for c in written]
    if len(digits) != 4 or any(d is None for d in digits):
        return None
    return int("".join(str(d) for d in digits))
