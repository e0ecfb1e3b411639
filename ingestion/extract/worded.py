"""Facts in words: zero said in words, judgements, stages, forecasts, and plain statements of something done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingestion.extract.contexts import clause_end, clause_start, sentence_at
from ingestion.extract.facts import FactMaker, quote_span
from ingestion.extract.layout import PART_ENDS
from ingestion.extract.likeness import Scope, scope_of
from ingestion.extract.marks import Kind, Mark
from ingestion.extract.naming import clean, words_of
from ingestion.extract.piece import Piece, make_fact, task_name, when_told, where_told
from ingestion.extract.places import listed_places, place_at_start
from ingestion.extract.reading import Reading
from ingestion.extract.rules.stage import RANK
from ingestion.extract.stated import Stated
from ingestion.extract.subjects import heading_of, subject
from ingestion.extract.units import is_measured
from ingestion.records import Fact

_STARTED: Final = 2
_REACHED: Final = re.compile(r"已|均|正在|正|完成|全部|于")
LONGEST_LABEL: Final = 56
_AHEAD: Final = re.compile(r"预计|计划|力争|确保|争取")
#: 待年底统一核算 says when a result will be known, not when a task will be done.
_AWAITED: Final = re.compile(r"^(?:待|等|须待|需待|以)|考核|核算|评估|统一|公布")
_PAST: Final = re.compile(r"已|完成了|实现了")
_SHORT_LABEL: Final = 4
_SHORT_HEADING: Final = 16
_DONE: Final = re.compile(r"(?:已|已经)(?:完成|建成|印发|制定|编制|报送|出台)|完成了")
_OF_PLACES: Final = re.compile(
    r"[^，,。;:]{0,8}?的?(?:县区|区县|县\(市、区\)|县市区|市县|市州|地区|乡镇|镇街|县|区|市|单位|部门)(?:有|为|是|依次为|依次是|分别是|分别为|主要是|包括):?"
)
_LIST: Final = 160
_SAYING: Final[tuple[Kind, ...]] = ("quantity", "percent", "index", "water_class", "stage", "status")


def zeros(
    maker: FactMaker, piece: Piece, stated: Sequence[Stated], scopes: dict[int, Scope], span: tuple[int, int]
) -> list[Fact]:
    """Zero said in words; of money it holds for every level that its sentence names before it."""
    made = []
    reading = piece.reading
    for mark in reading.marks.of("stated_zero", start=span[0], end=span[1]):
        first, last = clause_start(reading.text, mark.start), clause_end(reading.text, mark.end)
        label = clean(reading.quote(first, mark.start) + reading.quote(mark.end, last)) or clean(
            task_name(piece.item) or ""
        )
        funds = "资金" in reading.text
        own = scope_of(label, funds=funds)
        sentence, _ = sentence_at(reading.text, mark.start, PART_ENDS)
        named = [s for s in stated if sentence <= s.figure.start < mark.start]
        outer = [scopes[id(s)] for s in named]
        if own.levels or not funds or not outer:
            before = [scopes[id(s)].years for s in stated if s.figure.start < mark.start]
            covered = [replace(own, years=own.years or next((y for y in reversed(before) if y), own.years))]
        else:
            covered = outer
        for scope in dict.fromkeys(covered):
            made.append(
                make_fact(
                    maker,
                    piece,
                    mark.rule,
                    quote_span(reading, mark.start, mark.end),
                    indicator=label[:LONGEST_LABEL] or None,
                    scope=scope.text(),
                    is_stated_zero=True,
                    **when_told(reading, mark),
                )
            )
    return made


def is_alone(reading: Reading, status: Mark, start: int, end: int) -> bool:
    """True for a judgement that makes up its sentence."""
    rest = reading.text[start : status.start] + reading.text[status.end : end]
    for mark in reading.marks.of("key_mark", "name", start=start, end=end):
        rest = rest.replace(reading.text[mark.start : mark.end], "")
    return len(re.sub(r"[^\u4e00-\u9fa5\d]", "", rest)) <= 1


def judgements(
    maker: FactMaker, piece: Piece, stated: Sequence[Stated], span: tuple[int, int], name: str
) -> list[Fact]:
    """Judgements that no figure carries, and those over a whole part or item."""
    made = []
    reading = piece.reading
    carried = {s.status for s in stated if s.status}
    for mark in reading.marks.of("status", start=span[0], end=span[1]):
        sentence = sentence_at(reading.text, mark.start)
        alone = is_alone(reading, mark, *sentence)
        if mark in carried and not alone:
            continue
        if reading.marks.at(mark.start, "plan") and mark.code != "behind_schedule":
            continue
        label = name if alone else _clause_label(reading, mark) or name
        accused = _places_judged(reading, mark)
        label = (_accused_of(reading, mark) or name) if accused else label
        where = [{"region": place} for place in accused] or [where_told(reading, mark.start, piece.kind)]
        for told in where:
            made.append(
                make_fact(
                    maker,
                    piece,
                    mark.rule,
                    _trimmed(reading, mark, sentence) if alone else quote_span(reading, mark.start, mark.end),
                    indicator=label[:LONGEST_LABEL] or None,
                    status_phrase=reading.quote(mark.start, mark.end),
                    status=mark.code,
                    **when_told(reading, mark),
                    **told,
                )
            )
    return made


def _places_judged(reading: Reading, mark: Mark) -> tuple[str, ...]:
    """The places that a judgement names behind it: 进度较慢的县区为甲县、乙县."""
    found = _OF_PLACES.match(reading.text, mark.end)
    if not found:
        return ()
    rest = reading.text[found.end() : min(clause_end(reading.text, found.end()), found.end() + _LIST)]
    places = listed_places(rest)[0]
    alone = None if places else place_at_start(rest)
    return places or ((alone,) if alone else ())


def _accused_of(reading: Reading, mark: Mark) -> str:
    """What the places are behind with: the words before the judgement, else the subject of the sentence."""
    own = words_of(reading, clause_start(reading.text, mark.start), mark.start)
    return own if len(own) > 1 else subject(reading, mark.start)


def _trimmed(reading: Reading, mark: Mark, sentence: tuple[int, int]) -> tuple[int, int]:
    end = mark.end + 1 if reading.text[mark.end : mark.end + 1] in "。;，," else mark.end
    return mark.start, min(end, max(sentence[1], mark.end))


def _clause_label(reading: Reading, mark: Mark) -> str:
    first, last = clause_start(reading.text, mark.start), clause_end(reading.text, mark.end)
    around = words_of(reading, first, mark.start) + words_of(reading, mark.end, last)
    return clean(around) or subject(reading, mark.start)


def stages(maker: FactMaker, piece: Piece, span: tuple[int, int], name: str, *, has_figures: bool) -> list[Fact]:
    """The furthest stage that a part says was reached."""
    reading = piece.reading
    found = [m for m in reading.marks.of("stage", start=span[0], end=span[1]) if m.code and not m.approximate]
    if piece.kind == "indicator":
        found = [
            m
            for m in found
            if not has_figures
            and RANK[m.code or ""] >= _STARTED
            and _REACHED.search(reading.text[max(0, m.start - 8) : m.end])
        ]
    found = [m for m in found if not reading.marks.at(m.start, "plan") and not _is_counted(reading, m)]
    if not found or piece.part.section == "plan":
        return []
    best = max(found, key=lambda m: (RANK[m.code or ""], -m.start))
    label = words_of(reading, clause_start(reading.text, best.start), clause_end(reading.text, best.end)) or name
    if piece.kind == "indicator" and len(name) <= _SHORT_HEADING and name not in label:
        label = name + label
    return [
        make_fact(
            maker,
            piece,
            best.rule,
            quote_span(reading, best.start, best.end),
            indicator=label[:LONGEST_LABEL] or None,
            stage=best.code,
            **when_told(reading, best),
            **where_told(reading, best.start, piece.kind),
        )
    ]


def _is_counted(reading: Reading, stage: Mark) -> bool:
    """True for a stage that its clause says of a count (已完成设备安装3家): the count carries it."""
    first, last = clause_start(reading.text, stage.start), clause_end(reading.text, stage.end)
    counted = reading.marks.of("count_role", start=first, end=last)
    return any(m.code in ("stage", "started", "remaining") or _is_count(reading, m) for m in counted)


def _is_count(reading: Reading, role: Mark) -> bool:
    """True for a count of things, which a stage beside it is said of; 8公里 may be done and the works in use."""
    figure = reading.marks.at(role.start, "quantity")
    return role.code in ("done", "closed") and figure is not None and not is_measured(figure.unit)


def forecasts(maker: FactMaker, piece: Piece, stated: Sequence[Stated], span: tuple[int, int], name: str) -> list[Fact]:
    """Dates by which something is still to be done."""
    reading, made = piece.reading, []
    marks = list(reading.marks.of("deadline", start=span[0], end=span[1]))
    for mark in reading.marks.of("date", start=span[0], end=span[1]):
        if mark.code in ("month_end", "day") and reading.marks.at(mark.start, "plan") and mark.day:
            marks.append(mark)
    for mark in marks:
        if mark.day is None or _is_past(reading, mark):
            continue
        end = clause_end(reading.text, mark.end)
        if end < len(reading.text) and reading.text[mark.end : end].strip() == "":
            end = clause_end(reading.text, end + 1)
        if any(mark.end <= f.start < end for s in stated for f in (s.figure, s.target) if f):
            continue
        first = clause_start(reading.text, mark.start)
        if _AWAITED.search(reading.text[first:end]):
            continue
        label = clean(_AHEAD.sub("", reading.quote(first, mark.start) + reading.quote(mark.end, end)))
        if len(label) <= _SHORT_LABEL:
            label = subject(reading, mark.start) + label
        heading = heading_of(reading, mark.start)
        label = label if heading in label else heading + label
        if piece.kind == "indicator" and len(name) <= _SHORT_HEADING and name not in label:
            label = name + label
        made.append(
            make_fact(
                maker,
                piece,
                mark.rule,
                quote_span(reading, mark.start, mark.end),
                indicator=(label or name)[:LONGEST_LABEL] or None,
                deadline=mark.day,
                is_plan=True,
                **where_told(reading, mark.start, piece.kind),
            )
        )
    return made


def _is_past(reading: Reading, mark: Mark) -> bool:
    """True for a date behind which something is told as done (6月底前已完成)."""
    end = clause_end(reading.text, mark.end)
    behind = reading.text[mark.end : end]
    return bool(_PAST.search(behind)) or "要求" in behind[-4:]


def activities(maker: FactMaker, piece: Piece, made: Sequence[Fact], name: str) -> list[Fact]:
    """Sentences of a progress part that tell of something done without figure, stage or judgement.

    Of a sentence that gave a fact already, the clauses that say 已完成 of something else are statements too.
    """
    reading = piece.reading
    taken = [(f.char_start - piece.part.char_start, f.char_end - piece.part.char_start) for f in made]
    found = []
    for mark in reading.marks.of("activity"):
        span = quote_span(reading, mark.start, mark.end)
        if not any(a < span[1] and span[0] < b for a, b in taken):
            found.append(_activity(maker, piece, mark, span, name))
    for done in _DONE.finditer(reading.text):
        clause = clause_start(reading.text, done.start()), clause_end(reading.text, done.end())
        is_taken = any(a < clause[1] and clause[0] < b for a, b in taken)
        if is_taken and not reading.marks.of(*_SAYING, start=clause[0], end=clause[1]):
            mark = Mark(kind="activity", start=done.start(), end=done.end(), rule="wording.activity")
            found.append(_activity(maker, piece, mark, clause, name))
    return found


def _activity(maker: FactMaker, piece: Piece, mark: Mark, span: tuple[int, int], name: str) -> Fact:
    label = words_of(piece.reading, *span) or name
    return make_fact(
        maker,
        piece,
        mark.rule,
        span,
        indicator=label[:LONGEST_LABEL],
        is_plan=piece.part.section == "plan",
        **when_told(piece.reading, mark),
    )
