"""Bytes to text: byte order mark, UTF-8, a declared charset, then GB18030 or Big5 by the characters that they give.

Nearly every Big5 text also decodes as GB18030, so the choice between the two counts how many characters fall among
the frequent ones of each encoding (the first-level sets of GB 2312 and Big5, ordered by use when they were made).
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from ingestion.errors import UnreadableFileError

_MARKS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: Charset names as pages declare them; GB 2312 and GBK are subsets of GB18030.
_DECLARED: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}

#: Lead bytes of the frequent characters and the punctuation: GB 2312 rows 1-9 and 16-55, Big5 rows of level one.
_FREQUENT: Final = {
    "gb18030": (range(0xA1, 0xA4), range(0xB0, 0xD8)),
    "big5hkscs": (range(0xA1, 0xA4), range(0xA4, 0xC7)),
}
_FREQUENT_TRAIL: Final = {"gb18030": range(0xA1, 0xFF), "big5hkscs": range(0x40, 0xFF)}

#: Below this share of frequent characters the bytes are taken for no text at all.
_LEAST_FREQUENT_SHARE: Final = 0.6

_UTF8_RUN: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS: Final = 0.01


def decode(data: bytes, file_name: str, declared: str | None = None) -> str:
    """The text of the bytes, exactly: line ends stay as they are, only a byte order mark is dropped.

    `declared` is a charset that the content names itself (an HTML page's meta). Raises UnreadableFileError for
    bytes that are no text in any of the encodings in use.
    """
    text = _decode(data, file_name, declared)
    controls = len(_CONTROL.findall(text))
    if controls > _MOST_CONTROLS * max(len(text), 100):
        raise UnreadableFileError(
            file_name, "内容是二进制数据，不是文本；可接受 UTF-8、GB18030、Big5 文本 (binary data, not text)"
        )
    return text


def _decode(data: bytes, file_name: str, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, file_name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(data):
            raise UnreadableFileError(
                file_name, f"UTF-8 文本在第 {error.start} 字节处损坏 (broken UTF-8 at byte {error.start})"
            ) from error
    named = _DECLARED.get((declared or "").strip().lower())
    shares = {name: _frequent_share(data, name) for name in _FREQUENT}
    for name in sorted(shares, key=lambda n: (n == named, shares[n]), reverse=True):
        if shares[name] < _LEAST_FREQUENT_SHARE:
            continue
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(
        file_name, "无法按 UTF-8、GB18030 或 Big5 解码 (not readable as UTF-8, GB18030 or Big5 text)"
    )


def _strict(data: bytes, encoding: str, file_name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            file_name, f"文本在第 {error.start} 字节处损坏，编码 {encoding} (broken {encoding} text)"
        ) from error


def _is_broken_utf8(data: bytes) -> bool:
    """True where almost all bytes above ASCII form UTF-8 sequences: damaged UTF-8, not another encoding."""
    high = sum(byte >= 0x80 for byte in data)
    formed = sum(len(run) for run in _UTF8_RUN.findall(data))
    return high > 0 and formed >= 0.9 * high


def _frequent_share(data: bytes, encoding: str) -> float:
    """The share of double-byte characters that are frequent ones in the encoding; 0 where there are none."""
    leads, trails = _FREQUENT[encoding], _FREQUENT_TRAIL[encoding]
    total = frequent = position = 0
    while position < len(data) - 1:
        lead, trail = data[position], data[position + 1]
        if lead < 0x80:
            position += 1
            continue
        total += 1
        frequent += trail in trails and any(lead in rows for rows in leads)
        position += 2
    return frequent / total if total else 0.0
