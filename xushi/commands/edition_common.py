"""What the commands of editions share: the edition that is meant, who acts, and how a step's outcome is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import typer

from xushi.commands.common import fail
from xushi.home import Home

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Opened:
    """A home with its registry, and the edition that a command is about."""

    home: Home
    engine: Any
    key: str
    version: int

    def given(self, by: str) -> dict[str, Any]:
        """Who acts, when, and on which version."""
        return {"version": self.version, **person(by)}

    def region_code(self, named: str) -> str:
        """A district of the current round by its name or code."""
        from registry import edition_answers, editions
        from xushi.edition_answering import region_code

        rows = edition_answers.of_edition(self.engine, self.key, editions.get(self.engine, self.key).round)
        return region_code(named, {row.region_code: row.region for row in rows})


@contextmanager
def told() -> Iterator[None]:
    """Whatever is refused is one clear line."""
    from ingestion.errors import IngestionError
    from publishing.errors import PublishingError
    from registry.edition_states import EditionError
    from xushi.edition_answering import AnsweringError
    from xushi.editions import PolicyError

    try:
        yield
    except (EditionError, PublishingError, IngestionError, AnsweringError, PolicyError, OSError) as error:
        fail(str(error))


@contextmanager
def opened(edition: str, home: Path | None, seen: int | None) -> Iterator[Opened]:
    """The edition that is named by its id, its number or its period (then the newest that was not withdrawn)."""
    from registry.notices import folded_number

    with told():
        place, engine = opened_registry(home)
        found = every_edition(engine)
        named = [e for e in found if edition == e.edition_id or folded_number(edition) == e.number]
        named = named or [e for e in found if e.period == edition and e.state != "withdrawn"]
        if not named:
            known = "、".join(e.number or f"{e.period}（{e.edition_id}）" for e in found) or "无"
            fail(f"没有文件 {edition!r}；已有：{known} no such edition")
        yield Opened(place, engine, named[-1].edition_id, named[-1].version if seen is None else seen)


def opened_registry(home: Path | None) -> tuple[Home, Any]:
    """The home and its registry, migrated."""
    from registry.migrate import upgrade

    place = Home.find(home)
    return place, upgrade(place.registry_url)


def every_edition(engine: Any) -> list[Any]:
    """All editions, oldest first."""
    from registry import editions

    return editions.every(engine)


def person(by: str) -> dict[str, Any]:
    """Who acts from the command line, and when."""
    from registry.audit import Person

    return {"by": Person(by, "command"), "at": datetime.now(UTC)}


def day_of(given: str | None) -> date:
    """The day that was given, or today in Shanghai; a failure with one line for what is no date."""
    try:
        return date.fromisoformat(given) if given else datetime.now(_SHANGHAI).date()
    except ValueError:
        fail(f"日期 {given!r} 无法识别；写法为 年-月-日，例如 2023-10-09 a date is written YYYY-MM-DD")


def say(name: str) -> None:
    """Name a document while it is written."""
    typer.echo(f"  {name}", err=True)


def show(home: Home, engine: Any, key: str) -> None:
    """One edition in a few lines: where it stands, what holds it up, where its files are."""
    from registry import edition_answers, editions
    from registry.edition_states import name_of

    it = editions.get(engine, key)
    kind = "更正" if it.corrects else "月度文件"
    later = editions.corrected_by(engine, key)
    state = f"已更正，见{later.number}" if later else name_of(it.state)
    typer.echo(
        f"{it.period} {kind} {it.number or ''} 编号 {key} 第{it.round}轮 数据第{it.snapshot_version}版 "
        f"版次 {it.version}：{state}"
    )
    if it.state == "consultation":
        unknown = "" if it.is_calendar_known else "（节假日安排尚未收录，按周一至周五计）"
        typer.echo(f"  答复期限 {it.reply_due}，{it.reply_days}个工作日{unknown}")
        for row in edition_answers.of_edition(engine, key, it.round):
            held = edition_answers.obstacle(row)
            told = edition_answers.OBSTACLES[held] if held else edition_answers.ANSWERS[row.state]
            if row.settlement == "rejected":
                told += "，未采纳"
            typer.echo(f"  {row.region}：{told}")
    typer.echo(f"  文件 {len(editions.files(engine, key, round_number=it.round))} 份，存于 {home.editions}")
