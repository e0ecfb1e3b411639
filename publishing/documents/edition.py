"""Which edition of a month's documents is written, and what a written document is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: 报送版 is handed to the mayor and the districts; 核对版 is what the bureau checks it against.
Form = Literal["submission", "checking"]
#: 征求意见稿 goes to the districts, 送审稿 to those who sign; 正式 is numbered; 更正 follows an issued one.
Stage = Literal["consultation", "review", "issued", "correction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a document says of itself; no clock is read, so the day comes with it.

    `agency` is the issuing bureau; `day` the day that stands under the text; `number` (文号) and `signatory` (签发人)
    are None before issue; `reply_due` is the day by which districts answer a consultation; `corrects` is the number of
    the edition that a correction follows, `correction_note` what it changes.  From review on only determined verdicts
    are printed; a consultation shows all three.
    """

    form: Form
    stage: Stage
    agency: str
    day: date
    number: str | None = None
    signatory: str | None = None
    reply_due: date | None = None
    corrects: str | None = None
    correction_note: str | None = None

    @property
    def is_determined_only(self) -> bool:
        """Whether a lag is printed only where the bureau determined it."""
        return self.stage != "consultation"


@dataclass(frozen=True, slots=True)
class Document:
    """A written document: its kind, its file name, the region that it is about (None: all), and its bytes."""

    kind: Literal["lag_table", "completion_table", "bulletin", "district_sheet"]
    file_name: str
    region_code: str | None
    content: bytes
