"""The progress facts of a task item, and the indicator facts of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingestion.extract.answers import CellAnswer, cell_answer
from ingestion.extract.cells import cell_figure
from ingestion.extract.columns import column_facts
from ingestion.extract.contexts import sentence_spans
from ingestion.extract.facts import FactMaker
from ingestion.extract.figures import figure_fact, region_of, scopes_of
from ingestion.extract.folding import fold
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.marks import Mark
from ingestion.extract.naming import clean
from ingestion.extract.piece import Piece, task_name
from ingestion.extract.reading import Reading, read
from ingestion.extract.registry import Calendar
from ingestion.extract.statements import statements
from ingestion.extract.subjects import named_by_superlative, place_of_list
from ingestion.extract.worded import activities, forecasts, is_alone, judgements, stages, zeros
from ingestion.records import Fact, TaskItem, TextPart


def make_progress(maker: FactMaker, item: TaskItem, calendar: Calendar, requirements: Sequence[Fact]) -> list[Fact]:
    """The facts of an item's progress parts."""
    figures = column_facts(maker, item, calendar)
    answers = [(p, a) for p in item.of("progress") if (a := cell_answer(p))]
    pieces = [
        Piece(item, p, read(p.text, calendar), "progress")
        for p in item.of("progress")
        if not (p.header and cell_figure(p, calendar)) or "(" in fold(p.text)
    ]
    head = next((h for piece in pieces if piece.part.sub_item is None and (h := _head(piece.reading))), None)
    judged = _judged_row(pieces, answers)
    made = [_with_head(f, judged) for f in figures] if judged else figures
    for piece in pieces:
        status = _head(piece.reading) if piece.part.sub_item else head
        if status is None and len(requirements) <= 1:
            status = head
        own = piece.part.sub_item is not None or len(requirements) <= 1
        told = _quoted(_head_piece(pieces, status), status) if own and status else None
        if told is None and answers and piece.part.sub_item is None and len(requirements) <= 1:
            told = judged
        made += piece_facts(maker, piece, told)
    return made + [_answer_fact(maker, item, part, answer) for part, answer in answers]


def _judged_row(pieces: Sequence[Piece], answers: Sequence[tuple[TextPart, CellAnswer]]) -> tuple[str, str] | None:
    """The judgement of a cell of its own (滞后, 否 under 是否达序时), which is said of every figure of its row."""
    for piece in pieces:
        told = piece.reading.marks.of("status")
        is_cell = bool(piece.part.header) and piece.part.sub_item is None
        if is_cell and len(told) == 1 and is_alone(piece.reading, told[0], 0, len(piece.reading.text)):
            return _quoted(piece, told[0])
    return next(((p.text[a.start : a.end], a.code) for p, a in answers), None)


def _answer_fact(maker: FactMaker, item: TaskItem, part: TextPart, answer: CellAnswer) -> Fact:
    span = (answer.start, answer.end)
    return maker.make(
        "progress",
        "cell.answer",
        item,
        part,
        span,
        task=task_name(item),
        content=item.text("content"),
        indicator=clean(task_name(item) or "") or part.header,
        status_phrase=part.text[span[0] : span[1]],
        status=answer.code,
    )


def _head_piece(pieces: Sequence[Piece], status: Mark | None) -> Piece | None:
    """The piece that a head phrase stands in."""
    return next((p for p in pieces if status in p.reading.marks.of("status")), None)


def _quoted(piece: Piece | None, status: Mark | None) -> tuple[str, str] | None:
    if piece is None or status is None or status.code is None:
        return None
    return piece.reading.quote(status.start, status.end), status.code


def _head(reading: Reading) -> Mark | None:
    """A judgement that makes up a sentence of its own, before what it judges."""
    for start, end in sentence_spans(reading.text, SENTENCE_ENDS):
        for mark in reading.marks.of("status", start=start, end=end):
            if is_alone(reading, mark, start, end):
                return mark
    return None


def piece_facts(
    maker: FactMaker,
    piece: Piece,
    head: tuple[str, str] | None = None,
    *,
    own: tuple[int, int] | None = None,
    fallback: str | None = None,
) -> list[Fact]:
    """The facts of one part: figures, zeros in words, judgements, stages, forecasts, and plain statements.

    `own` limits them to a span of the part's text; `head` is the judgement that stands over the whole part.
    """
    reading = piece.reading
    span = own or (0, len(reading.text))
    name = fallback if fallback is not None else clean(task_name(piece.item) or "")
    stated = [
        s
        for s in statements(reading, name, counts_judge=piece.kind == "indicator")
        if span[0] <= s.figure.start < span[1]
    ]
    made: list[Fact] = []
    scopes = scopes_of(reading, stated)
    region: str | None = None
    for one in stated:
        region = region_of(reading, one, region) if piece.kind == "indicator" else None
        listed = place_of_list(reading, one.figure) if piece.kind == "indicator" else ()
        for place in listed or (region,):
            made.append(figure_fact(maker, piece, one, scopes[id(one)], _as_written(reading, place)))
        if region and named_by_superlative(reading, one.figure) == region:
            region = None  # 产生量最大的是甲市，产生量为…: what follows is not told of it
    made += zeros(maker, piece, stated, scopes, span)
    made += judgements(maker, piece, stated, span, name)
    made += stages(maker, piece, span, name, has_figures=bool(stated))
    made += forecasts(maker, piece, stated, span, name)
    if piece.kind == "progress":
        made += activities(maker, piece, made, name)
    return [_with_head(f, head) for f in made] if head else made


def _as_written(reading: Reading, place: str | None) -> str | None:
    """A place in the writing of its source: 安陽, where the folded text reads 安阳."""
    at = reading.text.find(place) if place else -1
    return reading.quote(at, at + len(place)) if place and at >= 0 else place


def _with_head(fact: Fact, head: tuple[str, str]) -> Fact:
    """The facts of a judged part carry its judgement, save those that have one or speak of the future."""
    if fact.status is not None or fact.is_plan:
        return fact
    return replace(fact, status_phrase=head[0], status=head[1])
