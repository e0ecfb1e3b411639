"""What a clerk writes beside the files: checked field by field, a line a refusal, kept as lines of submissions.csv."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ingestion.declarations import has_controls

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_PERIOD: Final = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_LONGEST: Final = 200
_FIRST_YEAR: Final = 1990
#: How far the clocks of two machines may be apart.
_SLACK: Final = timedelta(minutes=5)
_HEADER: Final = ("file", "reporting_unit", "period", "received_at", "channel", "stamped", "handler", "note")


class IntakeError(Exception):
    """What was handed in cannot be taken as it is; the message is one line for a person, and nothing was registered."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How a batch came: the same for all its files."""

    channel: str | None
    received_at: datetime
    handler: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a batch and what is written of it alone; `number` counts from 1 and names its folder."""

    number: int
    name: str
    size_bytes: int
    unit: str | None
    period: str | None
    is_stamped: bool

    @property
    def folder(self) -> str:
        """The folder that it lies in, with its line of submissions.csv."""
        return f"{self.number:03d}"


def registration(*, channel: str, received_at: str, handler: str, note: str, now: datetime) -> Registration:
    """The fields that all files share; an empty time is now.  Raises IntakeError."""
    who = _line(handler, "经办人 (handler)")
    if who is None:
        raise IntakeError("没有填写经办人，请写明由谁收下 (the handler is missing)")
    return Registration(
        _line(channel, "收文渠道 (channel)"), _instant(received_at, now), who, _line(note, "备注 (note)")
    )


def unit_of(text: str) -> str | None:
    """A unit's name, None for an empty field.  Raises IntakeError."""
    return _line(text, "报送单位 (unit)")


def period_of(text: str) -> str | None:
    """A month YYYY-MM, None for an empty field.  Raises IntakeError."""
    given = text.strip()
    if given and not (given.isascii() and _PERIOD.fullmatch(given)):
        raise IntakeError(f"期次填的是 {given[:40]!r}，应为 年-月，如 2023-09 (period: YYYY-MM is expected)")
    return given or None


def line_of(upload: Upload, shared: Registration) -> str:
    """A submissions.csv of one file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    writer.writerow(
        (upload.name, upload.unit or "", upload.period or "", shared.received_at.isoformat(), shared.channel or "",
         "yes" if upload.is_stamped else "no", shared.handler, shared.note or "")
    )  # fmt: skip
    return stream.getvalue()


def _line(text: str, field: str) -> str | None:
    given = unicodedata.normalize("NFC", text).strip()
    if has_controls(given) or len(given) > _LONGEST:
        raise IntakeError(f"{field} 应为一行、不超过 {_LONGEST} 字，收到 {len(given)} 字 (one line is expected)")
    return given or None


def _instant(text: str, now: datetime) -> datetime:
    given = text.strip()
    try:
        found = datetime.fromisoformat(given) if given else now
    except ValueError:
        raise IntakeError(
            f"收到时间填的是 {given[:40]!r}，应为 2023-10-05 16:48 这样的日期和时间"
            " (received: a date and time is expected)"
        ) from None
    local = (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI)
    if local.year < _FIRST_YEAR or local > now + _SLACK:
        raise IntakeError(
            f"收到时间 {local:%Y-%m-%d %H:%M} 应在 {_FIRST_YEAR} 年之后、"
            f"不晚于现在 {now.astimezone(SHANGHAI):%Y-%m-%d %H:%M} (received: not in the future)"
        )
    return local.replace(microsecond=0)
