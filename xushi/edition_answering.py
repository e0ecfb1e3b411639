"""What comes from districts to a consultation: whose word it is, and the proof of an objection as a kept file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from registry.edition_answers import Proof
from xushi import edition_store
from xushi.home import Home

#: A scanned letter with its annexes; what is larger is sent on paper.
MAX_PROOF_BYTES: Final = 20 * 1024 * 1024
_LONGEST_NAME: Final = 120


class AnsweringError(Exception):
    """A proof or a district that cannot be taken; nothing was kept."""


def keep_proof(home: Home, content: bytes, name: str) -> Proof:
    """Keep the proof of an objection by its hash; it is never opened or shown, only handed out again.

    Raises AnsweringError for an empty file and one above the limit.
    """
    shown = PurePosixPath(name.replace("\\", "/")).name.strip()[-_LONGEST_NAME:] or "佐证材料"
    if not content:
        raise AnsweringError(f"佐证材料 {shown} 是空文件 (the proof is an empty file)")
    if len(content) > MAX_PROOF_BYTES:
        raise AnsweringError(
            f"佐证材料 {shown} 有 {len(content) / 1024 / 1024:.1f} MB，上限 {MAX_PROOF_BYTES // 1024 // 1024} MB "
            "(the proof is too large)"
        )
    kept = edition_store.keep(home, content, shown)
    return Proof(kept.sha256, shown)


def region_code(named: str, asked: Mapping[str, str]) -> str:
    """The code of one of the districts that were asked, named by its code or its name.  Raises AnsweringError."""
    text = named.strip()
    for code, name in asked.items():
        if text in (code, name):
            return code
    raise AnsweringError(
        f"本轮没有向 {named!r} 征求意见；可选：{'、'.join(asked.values())} (this round asks no such district)"
    )
