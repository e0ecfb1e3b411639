"""`xushi edition`: the month's documents from the draft to the number, and the proof that they are what was issued."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from xushi.commands.common import EXIT_FAILED, EXIT_WITH_REMARKS, HomeOption, fail
from xushi.commands.edition_common import (
    Opened,
    day_of,
    every_edition,
    opened,
    opened_registry,
    person,
    say,
    show,
    told,
)

edition_app = typer.Typer(
    no_args_is_help=True,
    help="月度文件：征求意见、核稿、签发、更正、验证。 The month's documents, from the draft to the number.",
)

EditionArgument = Annotated[
    str, typer.Argument(help="文件编号、文号，或期次（如 2023-09，取最近一份） id, number or period")
]
ByOption = Annotated[str, typer.Option("--by", help="经办人姓名 who does it")]
DayOption = Annotated[str | None, typer.Option("--day", help="落款日期，默认今天 the day in the text, default: today")]
AnsweredOption = Annotated[
    str | None, typer.Option("--day", help="答复日期，默认今天，不得晚于今天 the day of the answer, not after today")
]
SilentOption = Annotated[
    str | None, typer.Option("--day", help="认定逾期未复的日期，默认今天，不得晚于今天 the day it is, not after today")
]
SeenOption = Annotated[
    int | None, typer.Option("--seen", help="办理前所看到的版次（list 所示）；已变则拒绝 refuse if it changed since")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="理由 why")]


class Outcome(StrEnum):
    """What becomes of an objection."""

    upheld = "upheld"
    rejected = "rejected"


class Channel(StrEnum):
    """How an answer came."""

    letter = "letter"
    telephone = "telephone"
    desk = "desk"


def register(app: typer.Typer) -> None:
    """Add `edition` to the command."""
    app.add_typer(edition_app, name="edition")


@edition_app.command()
def draft(
    period: Annotated[str, typer.Option("--period", help="期次，如 2023-09 the month")],
    by: ByOption,
    day: DayOption = None,
    reply_days: Annotated[int | None, typer.Option("--reply-days", min=1, max=60, help="征求意见的工作日数")] = None,
    home: HomeOption = None,
) -> None:
    """起草征求意见稿；本期已在征求意见的，按现行数据起草下一轮。 The consultation, or its next round."""
    from registry.edition_states import OPEN
    from xushi import editions

    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        fail(f"期次 {period!r} 无法识别；写法为 年-月，例如 2023-09 a period is written YYYY-MM")
    with told():
        place, engine = opened_registry(home)
        policy = editions.Policy.of_settings(reply_days=reply_days)
        standing = [e for e in every_edition(engine) if e.period == period and e.state in OPEN]
        if standing:
            it = Opened(place, engine, standing[-1].edition_id, standing[-1].version)
            changes = editions.redraft(place, engine, it.key, policy, day=day_of(day), say=say, **it.given(by))
            key = it.key
            for change in changes:
                typer.echo(f"  {change.sentence}")
        else:
            key = editions.draft(place, engine, period, policy, day=day_of(day), say=say, **person(by))
        show(place, engine, key)


@edition_app.command()
def answer(
    edition: EditionArgument,
    region: Annotated[str, typer.Option("--region", help="地区名称或代码 the district")],
    by: ByOption,
    answered_by: Annotated[str, typer.Option("--answered-by", help="区县答复人 who answered there")],
    objection: Annotated[str | None, typer.Option("--objection", help="异议内容；不填为无意见 none: accepted")] = None,
    proof: Annotated[Path | None, typer.Option("--proof", help="佐证材料文件（有异议时必填） the proof's file")] = None,
    text: Annotated[str, typer.Option("--text", help="附言 a remark")] = "",
    channel: Annotated[Channel, typer.Option("--channel", help="途径 how it came")] = Channel.letter,
    day: AnsweredOption = None, seen: SeenOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """登记区县答复：无意见，或有异议并附佐证。 A district accepts, or objects with proof."""
    from registry import edition_answers
    from xushi import edition_answering

    answered_on = _past_day(day)
    with opened(edition, home, seen) as it:
        kept = edition_answering.keep_proof(it.home, proof.read_bytes(), proof.name) if proof else None
        said = edition_answers.Answer(
            is_accepted=objection is None, by=answered_by, on=answered_on, channel=channel.value,
            text=objection if objection is not None else text, proof=kept,
        )  # fmt: skip
        edition_answers.record(it.engine, it.key, it.region_code(region), said, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command()
def settle(
    edition: EditionArgument,
    region: Annotated[str, typer.Option("--region", help="地区名称或代码 the district")],
    outcome: Annotated[Outcome, typer.Argument(help="采纳或不采纳 upheld or rejected")],
    reason: ReasonOption, by: ByOption, seen: SeenOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """处理异议：采纳（写明改什么）或不采纳（写明理由）。 Uphold or reject an objection."""
    from registry import edition_answers

    with opened(edition, home, seen) as it:
        edition_answers.settle(it.engine, it.key, it.region_code(region), outcome.value, reason=reason, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command()
def silence(
    edition: EditionArgument, by: ByOption, day: SilentOption = None, seen: SeenOption = None, home: HomeOption = None
) -> None:
    """期限已过仍未答复的，由经办人按逾期未复处理。 Who is silent after the day counts as accepting, by your word."""
    from registry import edition_answers

    silent_on = _past_day(day)
    with opened(edition, home, seen) as it:
        edition_answers.take_silence(it.engine, it.key, silent_on, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command()
def submit(
    edition: EditionArgument, by: ByOption, day: DayOption = None, seen: SeenOption = None, home: HomeOption = None
) -> None:
    """送审：生成送审稿。 Write the text for review."""
    from xushi import editions

    with opened(edition, home, seen) as it:
        editions.submit(it.home, it.engine, it.key, day=day_of(day), say=say, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command()
def review(edition: EditionArgument, by: ByOption, seen: SeenOption = None, home: HomeOption = None) -> None:
    """核稿通过；核稿人不能是起草人、送审人。 Reviewed, by another person than who wrote it."""
    from registry import editions

    with opened(edition, home, seen) as it:
        editions.review(it.engine, it.key, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command("return")
def send_back(
    edition: EditionArgument, reason: ReasonOption, by: ByOption, seen: SeenOption = None, home: HomeOption = None
) -> None:
    """退回修改。 Back into consultation."""
    from registry import editions

    with opened(edition, home, seen) as it:
        editions.send_back(it.engine, it.key, reason=reason, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command()
def issue(
    edition: EditionArgument,
    number: Annotated[str, typer.Option("--number", help="文号，如 江环〔2023〕12号 the number")],
    signatory: Annotated[str, typer.Option("--signatory", help="签发人 who signs")],
    by: ByOption, day: DayOption = None, seen: SeenOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """签发：编号、定稿、封存；经办人不能是核稿人。 Number, final files, frozen for good."""
    from registry.editions import Signature
    from xushi import editions

    with opened(edition, home, seen) as it:
        signature = Signature(number=number, signatory=signatory, issued_on=day_of(day))
        editions.issue(it.home, it.engine, it.key, signature, say=say, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command()
def correct(
    edition: EditionArgument, by: ByOption, day: DayOption = None, seen: SeenOption = None, home: HomeOption = None
) -> None:
    """更正已签发的文件：按现行数据另起一份，写明改了什么。 A correction of an issued edition, with its own number."""
    from xushi import editions

    with opened(edition, home, seen) as it:
        policy = editions.Policy.of_settings()
        key = editions.correct(it.home, it.engine, it.key, policy, day=day_of(day), say=say, **it.given(by))
        show(it.home, it.engine, key)


@edition_app.command()
def withdraw(
    edition: EditionArgument, reason: ReasonOption, by: ByOption, seen: SeenOption = None, home: HomeOption = None
) -> None:
    """撤回未签发的文件。 Drop an edition before it is issued."""
    from registry import editions

    with opened(edition, home, seen) as it:
        editions.withdraw(it.engine, it.key, reason=reason, **it.given(by))
        show(it.home, it.engine, it.key)


@edition_app.command("list")
def listed(
    period: Annotated[str | None, typer.Option("--period", help="期次 the month")] = None, home: HomeOption = None
) -> None:
    """列出各期文件。 Every edition."""
    with told():
        place, engine = opened_registry(home)
        found = [e for e in every_edition(engine) if period in (None, e.period)]
        for edition in found:
            show(place, engine, edition.edition_id)
        if not found:
            typer.echo("还没有文件；xushi edition draft 起草征求意见稿 no edition yet")


@edition_app.command()
def verify(edition: EditionArgument, home: HomeOption = None) -> None:
    """验证已签发的文件：未被改动，且能由同一版数据写出同样的字节。 Prove that it is what was issued."""
    from xushi import edition_proof

    with opened(edition, home, None) as it:
        proof = edition_proof.verify(it.home, it.engine, it.key)
    for file in proof.files:
        kept = "未改动 unaltered" if file.is_intact else "已被改动或缺失 ALTERED OR GONE"
        again = {True: "重写一致 same bytes again", False: "重写不同 other bytes", None: "未能重写 not written"}
        typer.echo(f"  {kept}；{again[file.is_written_again]}  {file.name}")
    for name in proof.unknown:
        typer.echo(f"  签发时没有此件 not issued then  {name}")
    if proof.trouble:
        typer.echo(f"  {proof.trouble}")
    if proof.is_unaltered and proof.is_reproduced:
        typer.echo(f"{proof.number}：验证通过 proven")
    elif proof.is_sound:
        typer.echo(
            f"{proof.number}：文件未改动；只是写成文件的程序已换版本，重写的字节不同 only the code version differs"
        )
        raise typer.Exit(EXIT_WITH_REMARKS)
    else:
        typer.echo(f"xushi: {proof.number}：验证未通过 not proven", err=True)
        raise typer.Exit(EXIT_FAILED)


def _past_day(given: str | None) -> date:
    """The day that was given, or today; a failure for one after today: a term does not end before its day comes."""
    day, today = day_of(given), day_of(None)
    if day > today:
        fail(f"日期 {day} 晚于今天 {today}；须为今天或以前的日期 a day after today; give today or an earlier one")
    return day
