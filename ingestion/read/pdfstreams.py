"""The compressed streams of a PDF, unpacked once for their size only: pdfminer unpacks whatever a file holds."""

from __future__ import annotations

import re
import zlib
from typing import Final

from ingestion.errors import UnreadableFileError

#: Bytes that all streams of a file may hold when unpacked.
MAX_UNPACKED_BYTES: Final = 400 * 1024 * 1024
#: A deflated stream begins with one of these.
_DEFLATED: Final = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")
_STEP: Final = 16 * 1024 * 1024
_READ_AT_ONCE: Final = 1024 * 1024


def refuse_bombs(data: bytes, name: str) -> None:
    """Raise UnreadableFileError where the streams unpack to more than the limit; damage is not this stage's word."""
    unpacked = 0
    end = 0
    for mark in _DEFLATED.finditer(data):
        if mark.start() < end:  # inside the stream before
            continue
        stream = zlib.decompressobj()
        position = mark.end()
        try:
            while not stream.eof and (position < len(data) or stream.unconsumed_tail):
                chunk = stream.unconsumed_tail or data[position : position + _READ_AT_ONCE]
                if not stream.unconsumed_tail:
                    position += len(chunk)
                unpacked += len(stream.decompress(chunk, _STEP))
                if unpacked > MAX_UNPACKED_BYTES:
                    raise UnreadableFileError(
                        name, f"PDF 解压后超过上限 {MAX_UNPACKED_BYTES} 字节，疑似压缩炸弹 (compression bomb)"
                    )
        except zlib.error:
            continue
        end = position - len(stream.unused_data)
