"""Commands that keep an installation: what is wrong with it, is everything whole, the nightly care, backups."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from xushi.commands.common import EXIT_FAILED, EXIT_WITH_REMARKS, HomeOption, fail
from xushi.home import Home


def register(app: typer.Typer) -> None:
    """Add these commands to `xushi`."""
    for command in (doctor, check, maintenance, backup, restore, salvage):
        app.command()(command)
    app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})(
        airflow
    )


def airflow(context: typer.Context) -> None:
    """在本安装的 Airflow 上执行其自带命令，如 backfill create。 Airflow's own command, on the home of XUSHI_HOME."""
    from xushi.orchestrate import command

    raise typer.Exit(command(Home.find(), context.args))


def doctor(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="供程序读取 for machines")] = False,
) -> None:
    """检查安装：什么不对、在哪里、怎么办；退出码 0 正常，1 有待处理，2 有故障。 What is wrong and how to mend it."""
    from xushi.doctor import examine

    found = examine(Home.find(home), now=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        for one in found.findings:
            typer.echo(str(one))
        state = "一切正常 all well" if not found.findings else f"{len(found.findings)} 项见上 findings above"
        typer.echo(f"已检查 {len(found.checks)} 项 checks：{state}")
    raise typer.Exit(found.exit_status)


def maintenance(
    home: HomeOption = None,
    only: Annotated[
        str | None, typer.Option("--only", help="只做一步：backup、compare、tidy、compact、clean_airflow one step")
    ] = None,
) -> None:
    """日常维护：备份、核对、清理、整理；与每夜的 maintenance 相同。 The nightly care, at once."""
    from xushi import maintenance as care

    place, at = Home.find(home), datetime.now(UTC)
    if not place.root.is_dir():
        fail(f"没有这个文件夹：{place.root}；请用 --home 指明 no such home")
    if only is not None and only not in care.STEPS:
        fail(f"没有这一步 {only!r}；可用 {'、'.join(care.STEPS)} no such step")
    if only is not None:
        care.step(place, only, at)
        told = care.report(place, at)
    else:
        told = care.maintain(place, at=at)
    for answer in told["steps"].values():
        typer.echo(answer["line"])
    for sign, lines in (("✓", told["mended"]), ("✗", told["open"])):
        for line in lines:
            typer.echo(f"{sign} {line}")
    if told["open"]:
        raise typer.Exit(EXIT_WITH_REMARKS)


def check(
    home: HomeOption = None,
    mend: Annotated[bool, typer.Option("--mend", help="能修复的当即修复 mend what can be mended")] = False,
) -> None:
    """核对全部文件：原件、数据湖、已印发文件、发布版本、登记库、构建库。 Compare every file with what it should be."""
    from xushi import inspection

    place = Home.find(home)
    if not place.root.is_dir():
        fail(f"没有这个文件夹：{place.root}；请用 --home 指明 no such home")
    report = inspection.inspect(place, mend=mend, at=datetime.now(UTC))
    for line in report.lines():
        typer.echo(line)
    if report.open:
        raise typer.Exit(EXIT_FAILED)
    if report.mended:
        raise typer.Exit(EXIT_WITH_REMARKS)


def backup(
    folder: Annotated[
        Path | None, typer.Argument(help="备份文件夹，默认 XUSHI_BACKUP_DIR the folder of backups")
    ] = None,
    home: HomeOption = None,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="保留几份，默认 30 how many stay")] = None,
    check_only: Annotated[bool, typer.Option("--check", help="不备份，核对已有的备份 compare the backups")] = False,
) -> None:
    """备份：登记库、原件、数据湖、发布版本、已印发文件；刷新时也可进行。 A backup, also while a refresh runs."""
    from registry.copying import CopyError
    from xushi import backup as backups
    from xushi.integrity import BACKUP_DIR, backup_dir

    target = (
        (folder or backup_dir() or fail(f"请给出备份文件夹，或设置 {BACKUP_DIR} (where to?)")).expanduser().resolve()
    )
    try:
        if check_only:
            _check_backups(target)
            return
        report = backups.back_up(Home.find(home), target, at=datetime.now(UTC), keep=keep)
    except (backups.BackupError, CopyError) as error:
        fail(str(error))
    made = report.manifest
    typer.echo(
        f"备份 {made.backup_id} 已写入并核对 written：{len(made.files)} 个文件 {made.size_bytes / 2**20:.1f} MB，"
        f"其中新增 new {report.new_files} 个 {report.new_bytes / 2**20:.1f} MB，用时 {report.seconds} s；{target}"
    )
    if report.removed:
        typer.echo(f"已删除最早的备份 removed：{'、'.join(report.removed)}")
    if report.left_out:
        typer.echo(f"此账号无权读取、未备份的表 tables this login may not read：{'、'.join(report.left_out)}")
    for line in report.damaged:
        typer.echo(f"xushi: 未能备份 not in the backup：{line}；处理：xushi check --mend", err=True)
    if report.damaged:
        raise typer.Exit(EXIT_WITH_REMARKS)


def _check_backups(folder: Path) -> None:
    from xushi import backup as backups

    ids = backups.backups(folder)
    wrong = [line for backup_id in ids for line in backups.check(folder, backups.read(folder, backup_id))]
    for line in dict.fromkeys(wrong):
        typer.echo(f"✗ {line}")
    if wrong:
        raise typer.Exit(EXIT_FAILED)
    typer.echo(f"{len(ids)} 份备份逐个文件核对无误 every file of every backup is whole：{folder}")


def restore(
    folder: Annotated[Path, typer.Argument(help="备份文件夹 the folder of backups")],
    home: HomeOption = None,
    at: Annotated[str | None, typer.Option("--at", help="哪一份，默认最新 which backup, default: the newest")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="原有的数据文件夹移到一旁 move the present home aside")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="恢复后全部重算，与备份的发布内容比对 compute everything anew and compare")
    ] = False,
) -> None:
    """由备份恢复：先逐个核对，再整体写入；登记库写到 XUSHI_REGISTRY_URL（可由 SQLite 换为 PostgreSQL）。 Restore."""
    from registry.copying import CopyError
    from xushi import restore as restoring
    from xushi.backup import BackupError

    place = Home.find(home)
    try:
        done = restoring.restore(
            folder.expanduser().resolve(), place, backup_id=at, replace=replace, at=datetime.now(UTC)
        )
        if done.moved_to is not None:
            typer.echo(f"原有的数据文件夹移到 the former home：{done.moved_to}")
        made = done.manifest
        version = made.published["version"] if made.published else "—"
        typer.echo(
            f"已由备份 {made.backup_id} 恢复到 {place.root}：{len(made.files)} 个文件、"
            f"登记库 {sum(made.registry['rows'].values())} 行、发布第 {version} 版，均与备份一致 restored and compared"
        )
        for line in made.damaged:
            typer.echo(f"xushi: 备份时已缺 missing since before the backup：{line}", err=True)
        if rebuild:
            typer.echo(restoring.rebuilt(place, made, say=typer.echo))
    except (BackupError, CopyError) as error:
        fail(str(error))


def salvage(home: HomeOption = None) -> None:
    """没有备份时重建登记库：由损坏的文件、数据湖里的登记表副本、版本清单中尚能读出的拼合。 Rebuild the registry."""
    from registry.copying import CopyError
    from xushi import registry_guard

    place = Home.find(home)
    try:
        done = registry_guard.rebuild(place, at=datetime.now(UTC))
    except CopyError as error:
        fail(str(error))
    for name, of_source in done.salvaged.by_source.items():
        if any(of_source.values()):
            told = "，".join(f"{source} {count}" for source, count in of_source.items() if count)
            lost = done.salvaged.left_out.get(name)
            typer.echo(f"  {name}：{told}" + (f"；所指记录不在、未采用 {lost} 行 left out" if lost else ""))
    if done.moved_to is not None:
        typer.echo(f"原登记库移到 the former registry：{done.moved_to}")
    for sha256 in done.unknown_originals:
        typer.echo(
            f"xushi: 原件 {sha256} 没有登记记录，请把同一文件重新放入收件箱 put it into the inbox again", err=True
        )
    empty = [n for n in ("audit_log", "desk_users", "editions") if not done.salvaged.rows.get(n)]
    if empty:
        typer.echo(
            f"未能找回（只有备份才有）的表 only a backup holds：{'、'.join(empty)}；审核台账号需要重新建立", err=True
        )
    typer.echo(
        "登记库已重建，请运行 xushi check --mend，再运行 xushi refresh the registry is rebuilt; check, then refresh"
    )
    if empty or done.unknown_originals:
        raise typer.Exit(EXIT_WITH_REMARKS)
