"""What the head of a document says of it: title, publisher, number, region, period.

The head is the paragraphs before the body and the rows above a table's header.  What it does not say stays None;
`segment` then takes what the registration knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ingestion.segment.folding import fold, squeeze
from ingestion.segment.headings import numbered
from ingestion.segment.period import Period, cutoffs_of, period_of, year_of
from ingestion.segment.place import branch_place, leading_place, place_in
from ingestion.segment.vocabulary import names, pattern, words

_LONGEST_TITLE: Final = 80
_MOST_HEAD_LINES: Final = 12
_ATTACHMENT: Final = re.compile(r"(?:《[^》]*》)?附[件表录][\s\d一二三四五六七八九十]*[:.、]?|\(?盖章\)?")
_SALUTATION: Final = re.compile(r".{0,20}(?:各位代表|同志们|领导|主任|委员会|人民政府|政府|厅|局)\s*[!:]?")
_SUBTITLE: Final = re.compile(
    r"[(\[].{0,30}[)\]]|.{0,12}(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日)?.{0,8}|(?:19|20)\d\d年度?|单位:.{0,20}"
)
_DELIVERED: Final = re.compile(r"\(?((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
_MARKER_LINE: Final = re.compile(r"(?:##\w+##|[-=_*—\s])+")
_DOCUMENT_NUMBER: Final = re.compile(r"\(?[一-龥]{1,12}[〔\[(](?:19|20)\d\d[〕\])]第?\d+号\)?")
_ISSUE: Final = re.compile(r"\(?(?:(?:19|20)\d\d年)?第?\d+期\)?(?:\(?(?:总|累计)第?\d+期\)?)?")
_ORGAN: Final = r"(?P<organ>[一-龥]{2,24}(?:局|委|委员会|府|政府|办|办公室|指挥部|领导小组|中心|厅))"
_RED_HEAD: Final = re.compile(rf"{_ORGAN}文件")
_ISSUED_BY: Final = re.compile(rf"{_ORGAN}(?:编|印发|主办|编印)?(?:19|20)\d\d年\d{{1,2}}月\d{{1,2}}日")
#: A column of what is asked or was reached before says nothing of how far a table goes.
_AHEAD: Final = re.compile(r"目标|任务|计划|应|要求|时限|节点|同期|上年|去年")
_TRAIL: Final = re.compile(
    r"(?:当前|您的|你的|所在|您现在的)+位置|首页|.{0,20}(?:>>?|»|›).{1,20}(?:>>?|»|›)|字体|分享到|打印|【?(?:大|小)中"
)
_FIELD: Final = re.compile(r"[|｜\t]|\s{3,}|(?<=\S)\s+(?=[一-龥()]{2,10}[:：])")

#: A deadline is no period: 10月底前完工.
_BY_WHEN: Final = re.compile(r"\d{1,2}月(?:\d{1,2}日|底|末)?(?:之|以)?前")
_THIS_YEAR: Final = re.compile(r"[今本]年|目前")
_ANY_YEAR: Final = 2000
_MOST_OPENING_LINES: Final = 3
_LONGEST_OPENING: Final = 40

#: A government's work report is delivered up to this month and speaks of the year before.
_LAST_MONTH_OF_REPORTS: Final = 4


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A line of the head: its text and whether the document's own form calls it a heading."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """What was found; `used` counts the head's lines that are title or header, not body.

    `dated_year` is the year of a date of issue, which names no period; `title_line` is the 0-based number of the line
    that holds the title, None where a field names it or none does.
    """

    title: str | None = None
    publisher: str | None = None
    document_number: str | None = None
    region: str | None = None
    period: Period | None = None
    used: int = 0
    title_line: int | None = None
    dated_year: int | None = None


def read_head(lines: Sequence[HeadLine], year: int | None = None, hints: Sequence[str] = ()) -> Head:
    """Read the head's lines, the first of the document first.

    `year` completes a period whose year is not written; `hints` are further texts that may name the period (column
    headers, sheet names), asked after the head's own.
    """
    fields: dict[str, str] = {}
    title: str | None = None
    title_line: int | None = None
    first_half: str | None = None
    used = 0
    for number, line in enumerate(lines[:_MOST_HEAD_LINES]):
        entries = dict(fields_of(line.text)) or _number_line(line.text) or _masthead(line.text)
        if entries:
            fields = entries | fields
        elif title is None and first_half is None and _is_half_title(lines[number : number + 2]):
            first_half = line.text
        elif title is None and _is_title(line):
            opening = numbered(line.text)
            title, title_line = line.text[opening.end if opening else 0 :].rstrip("：: "), number
            title = (first_half or "") + title
            if opening:
                break  # the first heading of a list without a title speaks for it and stays its heading
        elif not (title and _is_subtitle(line.text, title)) and not _is_passed(line.text, title):
            break
        used = number + 1
    title = title or fields.get("title") or None
    above = [line.text for line in lines[:used]]
    return Head(
        title=title,
        publisher=fields.get("publisher") or None,
        document_number=fields.get("document_number") or None,
        region=_region(title, fields.get("publisher"), above),
        period=_period(title, above, hints, year),
        used=used,
        title_line=title_line,
        dated_year=_dated_year(above),
    )


def last_cutoff(text: str, year: int | None) -> date | None:
    """The latest day of the year that 截至… phrases of a text name; None where none does.

    Without a year only phrases that name one count, and none where others leave theirs open (截至11月底, beside an
    older 截至2016年底).
    """
    if year is None and len(cutoffs_of(text, None)) < len(cutoffs_of(text, _ANY_YEAR)):
        return None
    return max((day for day in cutoffs_of(text, year) if year is None or day.year == year), default=None)


def _dated_year(lines: Sequence[str]) -> int | None:
    """The year of a date of issue; what is issued early in a year may speak of the one before."""
    found = next((m for line in lines if (m := _DELIVERED.search(fold(line)))), None)
    return int(found[1]) if found and int(found[2]) > _LAST_MONTH_OF_REPORTS else None


def opening_period(paragraphs: Sequence[str], year: int | None) -> Period | None:
    """The period up to the latest end that the first sentences of a text name; `year` completes one without.

    今年1—8月，… is what a report without a title is about.
    """
    found = None
    for text in paragraphs[:_MOST_OPENING_LINES]:
        opening = _BY_WHEN.sub("", fold(text[:_LONGEST_OPENING]))
        period = period_of(opening, year)
        if year is None and period is None and _THIS_YEAR.search(text):
            break  # this year is not named, and a year that is named later is another
        is_told = period is not None and period.is_exact and (year is None or period.year == year)
        # 7月9日至17日，督查组… : some days of a month are when something happened, not what is reported
        if period and is_told and (period.start.month, period.start.year) != (period.as_of.month, period.as_of.year):
            found = period if found is None or period.as_of > found.as_of else found
            year = year or period.year
    return found


def fields_of(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of a header line's fields: 发布单位 | 靖江市政府 | …, 發布機構:辦公室 | 發文日期:2024-07-03."""
    cells = [cell.strip() for cell in _FIELD.split(text)]
    waiting: str | None = None
    for cell in cells:
        key, colon, value = (part.strip() for part in fold(cell).partition(":"))
        name = _field_name(key)
        if name and colon:
            yield name, cell[len(cell) - len(value) :] if value else ""
            waiting = None
        elif name and len(cells) > 1:
            if waiting:
                yield waiting, ""
            waiting = name
        elif waiting:
            yield waiting, cell
            waiting = None
    if waiting:
        yield waiting, ""


def _number_line(text: str) -> dict[str, str]:
    """A document number on a line of its own, below the title: 江环〔2023〕12号."""
    return {"document_number": text.strip()} if _DOCUMENT_NUMBER.fullmatch(squeeze(text)) else {}


def _masthead(text: str) -> dict[str, str]:
    """The lines of a printed head: 泰州市生态环境局文件, 第12期（总第56期）, 江门市攻坚办 2023年10月8日."""
    line = squeeze(text)
    if _ISSUE.fullmatch(line):
        return {"other": line}
    if found := _RED_HEAD.fullmatch(line) or _ISSUED_BY.fullmatch(line):
        return {"publisher": "".join(text.split())[: found.end("organ")]}
    return {}


def _field_name(text: str) -> str | None:
    key = squeeze(text)
    return next((name for name in names("metadata") if words("metadata", name).fullmatch(key)), None)


def _is_title(line: HeadLine) -> bool:
    text = squeeze(line.text)
    if (
        _ATTACHMENT.fullmatch(text)
        or _MARKER_LINE.fullmatch(text)
        or _TRAIL.match(text)
        or not 4 <= len(text) <= _LONGEST_TITLE
    ):
        return False
    if "。" in text.rstrip("。") or text.endswith((";", ",")):
        return False
    if line.level == 1 or (pattern("title_words").search(text) and not text.endswith("。")):
        return True
    # a short first line that begins with a place or a year and tells nothing yet
    is_plain = len(text) <= _LONGEST_TITLE // 2 and not re.search(r"[。,;:!]", text)
    return is_plain and bool(leading_place(line.text) or re.match(r"(?:19|20)\d\d年", text))


def _is_half_title(lines: Sequence[HeadLine]) -> bool:
    """True where a title is broken over two lines: a short line without a stop, then one that reads like a title."""
    if len(lines) < 2 or numbered(lines[0].text) or not _is_title(lines[1]) or numbered(lines[1].text):
        return False
    first = squeeze(lines[0].text)
    is_short = 4 <= len(first) <= _LONGEST_TITLE // 2 and not re.search(r"[。:;,!]", first)
    return is_short and not pattern("title_words").search(first) and not _is_passed(lines[0].text, None)


def _is_subtitle(text: str, title: str) -> bool:
    """A second line of the head: the title again, a date, a unit, a period in brackets."""
    line = squeeze(text)
    if numbered(text):
        return False
    return len(line) <= _LONGEST_TITLE and (line == squeeze(title) or bool(_SUBTITLE.fullmatch(line)))


def _is_passed(text: str, title: str | None) -> bool:
    """A line that is neither title nor body: an attachment's number, a rule, a marker, a salutation's address."""
    line = squeeze(text)
    if _ATTACHMENT.fullmatch(line) or _MARKER_LINE.fullmatch(line) or _TRAIL.match(line):
        return True
    return title is None and len(line) <= 30 and bool(_SALUTATION.fullmatch(line))


def _region(title: str | None, publisher: str | None, lines: Sequence[str]) -> str | None:
    for text in (title, publisher, *lines):
        place = (branch_place(text) or leading_place(text)) if text else None
        if place:
            return place
    return place_in(title) if title else None


def _period(title: str | None, lines: Sequence[str], hints: Sequence[str], year: int | None) -> Period | None:
    """The title's period; another line of the head adds a year or names the end of it more exactly.

    Of columns of several months (7月完成 | 8月完成) the last one tells how far the table goes.
    """
    head = [t for t in (title, *lines) if t]
    texts = [*head, *hints]
    named = next((y for t in texts if (y := year_of(t))), None)
    exact = next((p for t in head if (p := period_of(t, named or year)) and p.is_exact), None)
    told = (p for t in hints if not _AHEAD.search(squeeze(t)) and (p := period_of(t, named or year)) and p.is_exact)
    latest = exact or max(told, key=lambda p: p.as_of, default=None)
    if latest:
        return latest
    delivered = next((m for t in texts if (m := _DELIVERED.search(fold(t)))), None)
    if delivered:
        is_report = title is not None and "政府工作报告" in squeeze(title)
        if not is_report or int(delivered[2]) > _LAST_MONTH_OF_REPORTS:
            return None
        past = int(delivered[1]) - 1
        return Period(date(past, 1, 1), date(past, 12, 31), past, "review")
    found = next((p for t in texts if (p := period_of(t, named))), None)
    if found and title and pattern("annual_title").search(squeeze(title)):
        return replace(found, strength="review")
    return found
