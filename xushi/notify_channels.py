"""Where notifications go: the addresses of the settings, each a URL that Apprise knows, with the kinds it is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

#: Addresses, separated by blanks or line breaks.
URLS: Final = "XUSHI_NOTIFY_URLS"
#: A secret file of addresses, one a line.
FILE: Final = "XUSHI_NOTIFY_FILE"

Kind = Literal[
    "run_finished",
    "run_failed",
    "gate_waiting",
    "deadline_missed",
    "arrival_rejected",
    "reminder",
    "replay_ready",
    "maintenance",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

#: What a person calls each kind.
NAMES_ZH: Final[Mapping[str, str]] = {
    "run_finished": "刷新完成",
    "run_failed": "刷新失败",
    "gate_waiting": "等待放行",
    "deadline_missed": "超过时限",
    "arrival_rejected": "报送退回",
    "reminder": "报送提醒",
    "replay_ready": "重算待定",
    "maintenance": "运行维护",
}

_LINE: Final = re.compile(r"^(?:([a-z_]+(?:\s*,\s*[a-z_]+)*)\s*=\s*)?([A-Za-z][A-Za-z0-9+.-]*)(://\S+)$")


@dataclass(frozen=True, slots=True)
class Channel:
    """One address; `name` says which without giving it away: its scheme and where it stands."""

    name: str
    url: str
    kinds: frozenset[str] | None

    def takes(self, kind: str) -> bool:
        """Whether messages of this kind go there."""
        return self.kinds is None or kind in self.kinds

    def __repr__(self) -> str:
        """Without the address: it is a secret."""
        return f"Channel({self.name!r})"


@dataclass(frozen=True, slots=True)
class Channels:
    """What the settings say: the channels, and a line for each that is no address."""

    channels: tuple[Channel, ...]
    problems: tuple[str, ...]


def channels(environment: Mapping[str, str] | None = None) -> Channels:
    """The channels of the settings; nothing here fails, what is wrong is told."""
    found: list[Channel] = []
    problems: list[str] = []
    for place, line in _lines(os.environ if environment is None else environment, problems):
        read = _read(place, line)
        if isinstance(read, Channel):
            found.append(read)
        else:
            problems.append(read)
    return Channels(tuple(found), tuple(problems))


def _lines(environment: Mapping[str, str], problems: list[str]) -> Iterator[tuple[str, str]]:
    for number, url in enumerate(environment.get(URLS, "").split(), start=1):
        yield f"{URLS} 第{number}个", url
    given = environment.get(FILE, "").strip()
    if not given:
        return
    try:
        text = Path(given).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "不是 UTF-8 文本"
        problems.append(f"{FILE} 所指的文件 {given} 读不出（{why}）；应为每行一个通知地址的文本文件")
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield f"{Path(given).name} 第{number}行", line.strip()


def _read(place: str, line: str) -> Channel | str:
    """The channel of a line, or what is wrong with it; an address is never repeated."""
    match = _LINE.match(line)
    if match is None:
        return (
            f"{place}：不是通知地址；写法为 服务://…，或 种类,种类=服务://…，例如 mailto://、wecombot://、dingtalk://"
        )
    named, scheme, rest = match.groups()
    kinds = frozenset(re.split(r"\s*,\s*", named)) if named else None
    if unknown := sorted((kinds or frozenset()) - set(KINDS)):
        return f"{place}：没有种类 {'、'.join(unknown)}；可用 {'、'.join(KINDS)}"
    return Channel(f"{scheme.lower()}（{place}）", scheme + rest, kinds)
