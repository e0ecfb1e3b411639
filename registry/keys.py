"""Short deterministic keys from what they stand for."""

from __future__ import annotations

import hashlib
from typing import Final

KEY_LENGTH: Final = 16


def key_of(*parts: object, length: int = KEY_LENGTH) -> str:
    """The first hexadecimal digits of the sha256 of the parts; None and '' are the same, and parts never run together.

    16 digits: at a million keys the chance of any collision is below one in thirty million.
    """
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:length]
