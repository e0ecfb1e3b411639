"""A font with Chinese characters for the charts: found by name among those installed, or clearly missed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from publishing.documents.errors import FontMissingError

#: What is taken, the first one first: sans serif of the standard's family, then what the systems bring.
NAMES: Final = (
    "SimHei", "黑体", "Source Han Sans SC", "Source Han Sans CN", "思源黑体", "Noto Sans CJK SC", "Noto Sans SC",
    "Microsoft YaHei", "PingFang SC", "Heiti SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "FangSong", "仿宋",
    "FangSong_GB2312", "SimSun", "宋体", "Source Han Serif SC", "Noto Serif CJK SC", "Noto Sans CJK JP",
    "Noto Serif CJK JP", "Droid Sans Fallback",
)  # fmt: skip
#: Characters that a chart writes; a font that has them has the others.
_PROBE: Final = "滞县镇逾"


def chinese_font(installed: Iterable[font_manager.FontEntry] | None = None) -> str:
    """The name of an installed font that has Chinese characters.

    Raises FontMissingError, which says what to install: without one a chart would show empty boxes.
    """
    entries = font_manager.fontManager.ttflist if installed is None else tuple(installed)
    found = {entry.name: entry for entry in reversed(list(entries))}
    for name in NAMES:
        if name in found and _has_characters(found[name]):
            return name
    raise FontMissingError(
        "未找到中文字体，统计图未绘制；请安装思源黑体（Debian/Ubuntu：fonts-noto-cjk）、黑体 SimHei 或文泉驿"
        "（fonts-wqy-zenhei） / no Chinese font is installed for the charts: install one of these"
    )


def missing() -> str | None:
    """What `chinese_font` would say were it to fail; None where a font is found."""
    try:
        chinese_font()
    except FontMissingError as error:
        return str(error)
    return None


def _has_characters(entry: font_manager.FontEntry) -> bool:
    try:
        font = FT2Font(entry.fname)
    except (OSError, RuntimeError):
        return False
    return all(font.get_char_index(ord(character)) for character in _PROBE)
