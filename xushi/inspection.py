"""The whole of a home compared with what it should be: `xushi check`, and the nightly maintenance in parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from ingestion.intact import Look, look, sha256_of
from ingestion.mending import put_back
from publishing.errors import PublishingError
from publishing.versions import current_number, verify, versions
from registry import health
from registry.engine import reading
from registry.models import EditionAnswer, EditionFile
from xushi import integrity, recovery
from xushi.home import Home


@dataclass(slots=True)
class Inspection:
    """What was compared, what was mended, and what a person has to see to: lines for a person."""

    counts: dict[str, int] = field(default_factory=dict)
    size_bytes: int = 0
    mended: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """What is wrong first, then what was mended, then what was compared."""
        yield from (f"✗ {line}" for line in self.open)
        yield from (f"✓ {line}" for line in self.mended)
        told = "，".join(f"{name} {count}" for name, count in self.counts.items())
        state = "全部完好 all whole" if not (self.open or self.mended) else (
            f"待处理 {len(self.open)} 项，已修复 {len(self.mended)} 项 to be seen to, and mended"
        )  # fmt: skip
        yield f"已核对 compared：{told}；共 {self.size_bytes / 2**20:.1f} MB；{state}"


def inspect(home: Home, *, mend: bool, at: datetime, part: Collection[str] | None = None) -> Inspection:
    """Compare everything; with `mend`, put right what can be.

    `part`, of the sixteen digits of sha256, takes only the originals and the files of editions that begin with one.
    Where the registry itself is damaged nothing else is compared: what the others should be stands there.
    """
    from xushi.stages import registry_of

    found = Inspection()
    registry = health.examine(home.registry_url)
    found.counts["登记库 registry"] = 1
    if registry is not None:
        found.open.append(registry)
        return found
    engine = registry_of(home)
    _lake(found, home, engine, mend=mend, at=at, part=part)
    _editions(found, home, engine, mend=mend, part=part)
    _published(found, home, mend=mend)
    _build(found, home, mend=mend)
    return found


def _lake(
    found: Inspection, home: Home, engine: Engine, *, mend: bool, at: datetime, part: Collection[str] | None
) -> None:
    from registry.export import export_registry
    from xushi.stages import amend_and_resolve

    seen: Look = look(engine, home.lake, at=at, part=part)
    found.counts["原件与数据湖 originals and lake"] = seen.files
    found.size_bytes += seen.size_bytes
    if not mend:
        found.open += [str(damage) for damage in seen.damages]
        return
    outcomes = integrity.repair(home, engine, seen.damages, at=at) if seen.damages else []
    if outcomes:
        amend_and_resolve(engine, home.lake, at=at)
        export_registry(engine, home.lake)
    integrity.note(home, outcomes, whole=seen if part is None else None)
    found.mended += [str(one) for one in outcomes if not one.is_open]
    found.open += [str(one) for one in outcomes if one.is_open]


def _editions(found: Inspection, home: Home, engine: Engine, *, mend: bool, part: Collection[str] | None) -> None:
    """The files of drafted and issued documents, and proofs: nothing makes them again but a backup."""
    with reading(engine) as session:
        named = {row.sha256: row.name for row in session.execute(select(EditionFile.sha256, EditionFile.name))}
        proofs = session.scalars(select(EditionAnswer)).all()
    named |= {p.proof_sha256: p.proof_name or p.proof_sha256 for p in proofs if p.proof_sha256}
    for sha256, name in sorted(named.items()):
        if part is not None and sha256[0] not in part:
            continue
        path = home.editions / sha256[:2] / sha256
        found.counts["文件与佐证 documents"] = found.counts.get("文件与佐证 documents", 0) + 1
        if sha256_of(path) == sha256:
            found.size_bytes += path.stat().st_size
            continue
        line = f"已存文件“{name}”{path}{'不在了' if not path.exists() else '被改动'} (an edition's file)"
        source = integrity.spare_of(integrity.backup_dir())(sha256)
        if mend and source is not None and put_back(source, path, sha256):
            found.mended.append(f"{line}：已用备份放回 put back from a backup")
        else:
            found.open.append(f"{line}：请从备份取回，设置 {integrity.BACKUP_DIR} 后运行 xushi check --mend")


def _published(found: Inspection, home: Home, *, mend: bool) -> None:
    if mend:
        found.mended += recovery.heal_published(home)
    current = None
    with suppress(OSError, ValueError):
        current = current_number(home.published)
    for number in versions(home.published):
        found.counts["发布版本 versions"] = found.counts.get("发布版本 versions", 0) + 1
        try:
            found.size_bytes += verify(home.published, number).size_bytes
        except PublishingError as error:
            if mend and recovery.put_version_back(home.published, number):
                found.mended.append(f"{error}；已用备份放回 put back from a backup")
            else:
                how = "xushi check --mend" if number == current else f"从备份取回（{integrity.BACKUP_DIR}）"
                found.open.append(f"{error}；处理：{how}")
    if current is not None and current not in versions(home.published):
        found.open.append(
            f"当前版本第 {current} 版的文件不在了 (the current version is gone)；处理：xushi check --mend"
        )


def _build(found: Inspection, home: Home, *, mend: bool) -> None:
    if not home.build_database.exists():
        return
    found.counts["构建库 build database"] = 1
    found.size_bytes += _size(home.build_database)
    if mend:
        line = recovery.set_aside_build(home)
        found.mended += [line] if line else []
    elif recovery.is_damaged(home.build_database):
        found.open.append(
            f"构建库 {home.build_database} 已损坏；处理：xushi check --mend，下次刷新自动重建 (it is rebuilt)"
        )


def _size(path: Path) -> int:
    return path.stat().st_size
