"""What checks read in the texts of items: small readers that turn texts into relations for the checks' queries.

A reader module holds `RELATION` (the relation's name), `COLUMNS` and `read(item) -> rows`; `relations()` scans them.
Quotes are slices of the text as written, found in its folded copy of the same length.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any, Final

import pyarrow as pa

from ingestion.extract.folding import fold

#: Places that an item's text stands in, with the column of the item that holds it.
REQUIREMENT_TEXTS: Final = ("task", "content", "requirement_text")

_ARROW: Final = {str: pa.string(), int: pa.int32(), bool: pa.bool_(), date: pa.date32()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A passage of the progress text beside what its sub-item asks; `asked` is None where it answers no sub-item."""

    sub_item: str | None
    asked: str | None
    reported: str


@dataclass(frozen=True, slots=True)
class ItemText:
    """The texts of one item, as written and folded; `as_of` ends the document's period."""

    submission_id: str
    key: str
    as_of: date | None
    written: dict[str, str]
    folded: dict[str, str]
    answers: tuple[Answer, ...] = ()

    @classmethod
    def of(cls, row: dict[str, Any]) -> ItemText:
        """From a row of `items` with its submission's `as_of_date`, and `answers` as its facts pair them."""
        names = (*REQUIREMENT_TEXTS, "progress_text")
        written = {name: row[name] or "" for name in names}
        folded = {name: fold(text) for name, text in written.items()}
        answers = tuple(Answer(a["sub_item"], a["asked"], a["reported"]) for a in row.get("answers") or ())
        return cls(row["submission_id"], row["item_key"], row["as_of_date"], written, folded, answers)

    def asked(self) -> str:
        """The folded texts that say what is asked, one after the other."""
        return "\n".join(self.folded[name] for name in REQUIREMENT_TEXTS)

    def reported(self) -> str:
        """The folded text that says what was done."""
        return self.folded["progress_text"]

    def quote(self, name: str, start: int, end: int) -> str:
        """The characters as written behind a place of the folded text."""
        return self.written[name][start:end].strip()


def readers() -> Iterator[ModuleType]:
    """Every reader module; a folder without readers would make their checks pass, so it is an error."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    if not names:
        raise RuntimeError("no reader found in expectations/reading")
    return (importlib.import_module(f"{__name__}.{name}") for name in names)


def relations(items: Iterable[dict[str, Any]]) -> dict[str, pa.Table]:
    """The relations that the readers find in the items, by name; rows begin with `submission_id` and `item_key`."""
    texts = [ItemText.of(row) for row in items]
    found: dict[str, pa.Table] = {}
    for module in readers():
        if module.RELATION in found:
            raise RuntimeError(f"two readers write the relation {module.RELATION}")
        keys = [("submission_id", pa.string()), ("item_key", pa.string())]
        schema = pa.schema([*keys, *((name, _ARROW[kind]) for name, kind in module.COLUMNS.items())])
        rows = [
            {"submission_id": text.submission_id, "item_key": text.key, **row}
            for text in texts
            for row in module.read(text)
        ]
        found[module.RELATION] = pa.Table.from_pylist(rows, schema=schema)
    return found
