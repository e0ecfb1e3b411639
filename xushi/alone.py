"""One at a time in a home: a second one says so and waits for the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from xushi.home import Home


@contextmanager
def alone(home: Home, lock_name: str, waiting: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock file of that name in the home; `waiting` is said where somebody else holds it."""
    home.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.root / lock_name)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(waiting)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
