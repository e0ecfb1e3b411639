"""What is told of a short text is kept: names and phrases are asked about again and again, whole texts once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

_Told = TypeVar("_Told")
_More = ParamSpec("_More")

#: A longer text is not kept, so that what is kept stays small whatever comes in.
LONGEST: Final = 200
_MOST: Final = 4096


def kept_of_short(tell: Callable[Concatenate[str, _More], _Told]) -> Callable[Concatenate[str, _More], _Told]:
    """Keep what a function without a side effect tells of short texts; its answer must not be changed."""
    kept: Callable[..., _Told] = lru_cache(maxsize=_MOST)(tell)

    @wraps(tell)
    def told(text: str, /, *args: _More.args, **kwargs: _More.kwargs) -> _Told:
        return (kept if len(text) <= LONGEST else tell)(text, *args, **kwargs)

    return told
