"""Batches that are being read in the background, one at a time; what was read lies beside the batch."""

from __future__ import annotations

import threading
from typing import Final

from review.desk import Desk
from xushi import intake_reading, intake_store
from xushi.home import Home
from xushi.intake_reading import Shown
from xushi.intake_store import Batch, UnknownBatchError

#: Reading costs every core: one batch at a time, the others wait their turn.
_AT_ONCE: Final = threading.Semaphore(1)
_guard: Final = threading.Lock()
_running: Final[set[str]] = set()
_failed: Final[dict[str, str]] = {}


def shown(desk: Desk, batch: Batch) -> Shown | None:
    """What was read of a batch, or None: then it is being read from now on."""
    found = intake_reading.shown(desk.home, batch)
    if found is None and failure(desk.home, batch) is None:
        _begin(desk, batch)
    return found


def failure(home: Home, batch: Batch) -> str | None:
    """Why a batch could not be read, until it is asked for again."""
    return _failed.get(_name(home, batch))


def again(home: Home, batch: Batch) -> None:
    """Forget why a batch could not be read: the next look begins anew."""
    with _guard:
        _failed.pop(_name(home, batch), None)


def _begin(desk: Desk, batch: Batch) -> None:
    name = _name(desk.home, batch)
    with _guard:
        if name in _running:
            return
        _running.add(name)
    threading.Thread(target=_read, args=(desk, batch.key, name), daemon=True).start()


def _read(desk: Desk, key: str, name: str) -> None:
    with _AT_ONCE:
        try:
            batch = intake_store.get(desk.home, key)  # as it is registered by now
            if intake_reading.shown(desk.home, batch) is None:
                intake_reading.read(desk.home, desk.engine, batch, seen_at=desk.now())
        except UnknownBatchError:
            pass  # dropped while it waited
        except Exception as error:  # noqa: BLE001 (a page must not wait for what has ended)
            said = str(error).strip().splitlines() or [type(error).__name__]
            _failed[name] = f"未能读取，文件仍留存，可再试一次 (could not be read): {said[0]}"
        finally:
            with _guard:
                _running.discard(name)


def _name(home: Home, batch: Batch) -> str:
    return f"{home.root}|{batch.key}"
