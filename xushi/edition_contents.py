"""What an edition says of each requirement, kept as data beside its files, so that two of them can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from publishing.documents import phrasing
from publishing.documents.judging import progress
from publishing.documents.records import Item, Line, Report

#: The columns of a comparison with their names; those of PRINTED stand in an issued document.
COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("目标要求", "requirement"),
    "content": ("考核内容", "assessed content"),
    "deadline": ("完成期限", "deadline"),
    "target": ("目标", "target"),
    "actual": ("完成", "done"),
    "gap": ("差距", "short of it"),
    "overdue": ("逾期", "overdue"),
    "publication": ("公布状态", "publication"),
    "reported": ("区县自评", "reported"),
    "computed": ("系统测算", "computed"),
    "determined": ("市局认定", "determined"),
    "lag_draft": ("列入滞后表（征求意见）", "in the lag table (draft)"),
    "lag_issued": ("列入滞后表", "in the lag table"),
    "progress_draft": ("进展情况（征求意见）", "progress (draft)"),
    "progress_issued": ("进展情况", "progress"),
    "footnote": ("脚注", "footnote"),
}
PRINTED: Final = (
    "text", "content", "deadline", "target", "actual", "gap", "overdue", "publication", "determined", "lag_issued",
    "progress_issued", "footnote",
)  # fmt: skip
TEXTS: Final = ("lag_draft", "lag_issued", "progress_draft", "progress_issued")
_PUBLICATION: Final = {"published": "公布", "under_review": "数据待核", "not_reported": "未报送"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One requirement of a district in an edition; `values` are those of COLUMNS as people read them, '' for none."""

    key: str
    region_code: str
    region: str
    task: str
    sub_item: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same in two editions; None where the requirement is not in the one or the other."""

    region_code: str
    region: str
    task: str
    column: str
    before: str | None
    after: str | None

    @property
    def is_text(self) -> bool:
        """Whether it is a text that changes with a figure or a verdict, which tells more."""
        return self.column in TEXTS

    @property
    def sentence(self) -> str:
        """The change in one sentence, for the text of a correction."""
        name = COLUMNS[self.column][0]
        where = f"{self.region}“{self.task}”"
        if self.before is None:
            return f"{where}增列：{name}{_quoted(self.after)}"
        if self.after is None:
            return f"{where}删去"
        return f"{where}{name}由{_quoted(self.before)}改为{_quoted(self.after)}"


def contents(report: Report) -> tuple[Entry, ...]:
    """The entries of a report, in the order in which they are printed."""
    return tuple(
        _entry(item, line, report.status_names, is_first=line is item.lines[0])
        for item in report.items
        for line in item.lines
    )


def to_json(entries: Sequence[Entry]) -> bytes:
    """One entry a line, Chinese as it is: the same entries give the same bytes."""
    rows = ({name: getattr(e, name) for name in Entry.__dataclass_fields__} for e in entries)
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return ("".join(f"{line}\n" for line in lines)).encode()


def from_json(kept: bytes) -> tuple[Entry, ...]:
    """The entries that `to_json` wrote."""
    # not splitlines(): a text may hold U+2028 or U+0085, which JSON leaves as they are
    return tuple(Entry(**json.loads(line)) for line in kept.decode().split("\n") if line)


def differences(
    before: Sequence[Entry], after: Sequence[Entry], columns: Sequence[str] = tuple(COLUMNS)
) -> tuple[Difference, ...]:
    """What changed, district by district in the order of the later edition; what fell out stands at its end.

    A column that one of them was kept without, by an older program, is not compared.
    """
    old = {(e.region_code, e.key): e for e in before}
    new = {(e.region_code, e.key): e for e in after}
    found = [d for key, entry in new.items() for d in _between(old.get(key), entry, columns)]
    found += [d for key, entry in old.items() if key not in new for d in _gone(entry, columns)]
    places: dict[str, int] = {}
    for entry in (*after, *before):
        places.setdefault(entry.region_code, len(places))
    return tuple(sorted(found, key=lambda d: places[d.region_code]))


def _between(old: Entry | None, new: Entry, columns: Sequence[str]) -> list[Difference]:
    if old is None:
        return [_difference(new, columns[0], None, new.values[columns[0]])]
    return [
        _difference(new, column, old.values[column], new.values[column])
        for column in columns
        if column in old.values and column in new.values and old.values[column] != new.values[column]
    ]


def _gone(old: Entry, columns: Sequence[str]) -> list[Difference]:
    return [_difference(old, columns[0], old.values.get(columns[0], ""), None)]


def _difference(entry: Entry, column: str, before: str | None, after: str | None) -> Difference:
    return Difference(entry.region_code, entry.region, f"{entry.task}{entry.sub_item}", column, before, after)


def _entry(item: Item, line: Line, names: Mapping[str, str], *, is_first: bool) -> Entry:
    said = _named(line.reported, names)
    values: dict[str, Any] = {
        "text": line.text,
        "content": item.content if is_first else "",
        "deadline": line.deadline,
        "target": _printed(phrasing.target(line)),
        "actual": _printed(phrasing.actual(line)),
        "gap": _printed(phrasing.short(line)),
        "overdue": _printed(phrasing.overdue(line)),
        "publication": _PUBLICATION.get(line.publication, line.publication),
        "reported": line.reported_phrase or said,
        "computed": _named(line.computed, names),
        "determined": _named(line.determined, names),
        "lag_draft": "是" if line.is_lagging else "否",
        "lag_issued": "是" if line.is_determined_lag else "否",
        "progress_draft": progress(item, is_determined_only=False) if is_first else "",
        "progress_issued": progress(item, is_determined_only=True) if is_first else "",
        "footnote": line.footnote,
    }
    return Entry(
        key=f"{line.requirement_id}/{line.scope or ''}",
        region_code=item.region_code,
        region=item.region,
        task=item.task,
        sub_item=(line.sub_item or "") + phrasing.level(line),
        values={name: "" if value is None else str(value) for name, value in values.items()},
    )


def _printed(words: str) -> str:
    """A cell as the sheets print it; their dash is nothing."""
    return "" if words == phrasing.NONE else words


def _named(code: str | None, names: Mapping[str, str]) -> str:
    return names.get(code, code) if code else ""


def _quoted(value: str | None) -> str:
    return f"“{value}”" if value else "空"
