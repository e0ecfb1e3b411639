"""One cell of a filled workbook as what its column asks for, or the reason why it cannot be: never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, load, words
from ingestion.extract.marks import Comparator, Mark
from ingestion.extract.reading import Reading, read
from ingestion.extract.registry import Calendar
from ingestion.extract.units import canonical, same_dimension
from ingestion.workbook import WATER_CLASSES

#: Digits as people type them: 1234, 1,234.5, ０.８５.
_BARE: Final = re.compile(r"\+?(?P<number>(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?P<percent>%)?")
_NEGATIVE: Final = re.compile(r"(?:-|负)\d.*")
_ABOUT: Final = either(w for group in ("before", "after") for w in (load("hedges")[group]))
#: What may stand around a figure without changing what it says.
_AROUND: Final = re.compile(rf"(?:{_ABOUT}|已|完成|累计|共计|合计|共)*[。.]?")
_ZERO: Final = re.compile(either(words("stated_zero", "phrases")))
_DIGIT: Final = re.compile(r"\d|百分之")
_WHOLE_PERCENT: Final = Decimal(1)
_SERIAL: Final = re.compile(r"\d{5}")
_EPOCH: Final = date(1899, 12, 30)
_ROMAN: Final = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ", "1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ", "4": "Ⅳ", "5": "Ⅴ"}


_COMPARED: Final = re.compile(r"≥|≤|>=|<=|>|<|不低于|不少于|不高于|不超过")
_COMPARATORS: Final[dict[str, Literal[">=", "<="]]] = {
    **dict.fromkeys(("≥", ">=", ">", "不低于", "不少于"), ">="),
    **dict.fromkeys(("≤", "<=", "<", "不高于", "不超过"), "<="),
}
#: A cell with one statement is short; what is longer is words, and is not searched for a figure.
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that does not hold what its column asks for; `reason` is a code of `reasons.yml`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its unit as written; `value` is None where nothing was said in words (暂无), which is zero."""

    value: Decimal | None
    unit: str | None
    upper: Decimal | None = None
    bound: Comparator | None = None
    is_approximate: bool = False

    @property
    def is_zero(self) -> bool:
        """True for a zero that was stated, in words or as a figure."""
        return self.value is None or (self.value == 0 and self.upper is None and self.bound is None)


def amount(text: str, unit: str | None) -> Amount | Wrong:
    """A count or a measure: 85, 1,234, 85家, 约120, 暂无. `unit` is the one asked for."""
    folded = _without_blanks(text)
    if len(folded) > _LONGEST:
        return Wrong("workbook_not_a_number")
    if found := _BARE.fullmatch(folded):
        return Wrong("workbook_unit_differs") if found["percent"] else Amount(_number(found["number"]), unit)
    if _NEGATIVE.fullmatch(folded):
        return Wrong("workbook_negative")
    if _ZERO.fullmatch(folded):
        return Amount(None, unit)
    reading, mark = _only_mark(folded, "quantity")
    if mark is None and unit:
        reading, mark = _only_mark(folded + unit, "quantity")
    if mark is None or mark.value is None:
        return Wrong("workbook_not_a_number")
    written = reading.unit_as_written(mark)
    if written and unit and not same_dimension(written, unit) and _known(written) != _known(unit):
        return Wrong("workbook_unit_differs")
    return Amount(mark.value, written or unit, mark.upper, mark.bound, mark.approximate)


def percent(text: str) -> Amount | Wrong:
    """A percentage: 85, 85%, 约85%, 百分之八十五. A bare number up to 1 may mean either thing and is refused."""
    folded = _without_blanks(text)
    if len(folded) > _LONGEST:
        return Wrong("workbook_not_a_percent")
    if found := _BARE.fullmatch(folded):
        value = _number(found["number"])
        if not found["percent"] and 0 < value <= _WHOLE_PERCENT:
            return Wrong("workbook_ambiguous_percent")
        return Amount(value, "%")
    if _NEGATIVE.fullmatch(folded):
        return Wrong("workbook_negative")
    if _ZERO.fullmatch(folded):
        return Amount(None, "%")
    _, mark = _only_mark(folded, "percent")
    if mark is None:
        _, mark = _only_mark(folded + "%", "percent")
    if mark is None or mark.value is None:
        return Wrong("workbook_not_a_percent")
    return Amount(mark.value, "%", mark.upper, mark.bound, mark.approximate)


def water_class(text: str) -> str | Wrong:
    """A class of water quality as the field writes it: Ⅲ类 for III类, 3类, Ⅲ."""
    folded = _without_blanks(text).upper()
    worst = folded.startswith("劣")
    stem = folded.removeprefix("劣").removesuffix("类").removesuffix("水")
    name = f"{'劣' if worst else ''}{_ROMAN.get(stem, stem)}类"
    return name if name in WATER_CLASSES else Wrong("workbook_not_a_class")


def status(text: str) -> tuple[str, str] | Wrong:
    """The phrase as written and its class, where the cell is a judgement and nothing else."""
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        return Wrong("workbook_not_a_status")
    reading = read(stripped)
    end = len(stripped.rstrip("。.！! "))
    mark = next((m for m in reading.marks.of("status") if (m.start, m.end) == (0, end)), None)
    if mark is None or mark.code is None:
        return Wrong("workbook_not_a_status")
    return stripped[:end], mark.code


def day(text: str, calendar: Calendar) -> date | Wrong:
    """The day of completion: within the campaign year, and no later than the as-of date."""
    folded = _without_blanks(text)
    found = _EPOCH + timedelta(days=int(folded)) if _SERIAL.fullmatch(folded) else _written_day(folded, calendar)
    if found is None:
        return Wrong("workbook_not_a_date")
    if found.year != calendar.year or (calendar.as_of and found > calendar.as_of):
        return Wrong("workbook_date_outside")
    return found


def _written_day(folded: str, calendar: Calendar) -> date | None:
    """The day that a text is, and nothing else: neither 9月底 nor 2023年9月 is one."""
    if len(folded) > _LONGEST or folded.endswith(("年", "月")):
        return None
    marks = read(folded, calendar).marks.of("date")
    return next((m.day for m in marks if m.code == "day" and (m.start, m.end) == (0, len(folded))), None)


@dataclass(frozen=True, slots=True)
class Target:
    """A target as a district writes it into a cell of its own."""

    value: Decimal | None = None
    unit: str | None = None
    comparator: Literal[">=", "<=", "="] | None = None
    water_class: str | None = None

    @property
    def indicator_type(self) -> str:
        """What is asked for, as far as its unit tells."""
        if self.water_class is not None:
            return "water_class"
        return "rate" if self.unit == "%" else "cumulative"


def target(text: str, unit: str | None) -> Target | Wrong:
    """The target of a row that was added: 18, ≥75%, Ⅲ类."""
    folded = _without_blanks(text)
    found = _COMPARED.match(folded)
    written = folded[found.end() :] if found else folded
    comparator = _COMPARATORS.get(found[0]) if found else None
    if not isinstance(name := water_class(written), Wrong) and not written.isdigit():
        return Target(water_class=name)
    is_rate = written.endswith("%") or unit == "%"
    figure = percent(written) if is_rate else amount(written, unit)
    if isinstance(figure, Wrong):
        return figure
    return Target(figure.value, figure.unit, comparator or (">=" if is_rate else "="))


def deadline(text: str, calendar: Calendar) -> date | None:
    """The day by which a row that was added is due: a date, or words such as 11月底前."""
    bare = text.strip()
    if len(bare) > 4 * _LONGEST:
        return None
    marks = read(bare, calendar).marks.of("deadline", "date")
    return next((m.day for m in marks if m.day), None)


def _only_mark(text: str, kind: str) -> tuple[Reading, Mark | None]:
    """The one figure of a text that consists of it and of words that bound it."""
    reading = read(text)
    marks = [m for m in reading.marks if m.kind in ("quantity", "percent", "points", "index", "water_class")]
    if len(marks) != 1 or marks[0].kind != kind or not _DIGIT.search(reading.text[marks[0].start : marks[0].end]):
        return reading, None  # 七八十 is a guess of the clerk's, and would be one of ours
    around = reading.text[: marks[0].start], reading.text[marks[0].end :]
    return reading, marks[0] if all(_AROUND.fullmatch(words_of) for words_of in around) else None


def _known(unit: str) -> str:
    found = canonical(unit)
    return found[0] if found else fold(unit)


def _number(written: str) -> Decimal:
    return Decimal(written.replace(",", "").replace("，", ""))


def _without_blanks(text: str) -> str:
    """The folded cell without blanks; a longer one than any statement is only its length."""
    bare = text.strip()
    if len(bare) > 4 * _LONGEST:
        return "…" * len(bare)
    return "".join(fold(bare).split())
