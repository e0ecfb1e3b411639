"""Files are worked on in processes of their own, side by side, each within its limits of time and memory.

A page that never ends, a stuck converter, an exhausted memory or a library that takes its process with it costs that
one file: it ends as an IngestionError of its own, and the next file gets a fresh process.  The results come in the
order of the tasks, and only some tasks ahead of the consumer are begun, so that nothing piles up.

The workers are forked by a server process that has loaded the readers and nothing else: they start in milliseconds,
have no threads and no memory of the program that wants them, whether a command, a test or an Airflow task.
"""

from __future__ import annotations

import logging
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Final, Generic, Protocol, Self, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from ingestion.errors import IngestionError, MemoryLimitError, TimeLimitError, WorkerDiedError
from ingestion.limits import Limits
from ingestion.worker import begin, run_limited

#: Tasks begun or waiting for each worker.
AHEAD: Final = 4
#: Files after which a worker is replaced, so that what a library fails to give back never adds up.
FILES_PER_WORKER: Final = 500
#: What the server process loads before it forks its first worker, beside the module of the first function.
PRELOADED: Final = "ingestion.preloaded"

_LOG: Final = logging.getLogger(__name__)


class Task(Protocol):
    """What a worker is given: plain data that can be pickled, about one file."""

    @property
    def file_name(self) -> str:
        """How messages call the file."""
        ...

    @property
    def size_bytes(self) -> int:
        """The size of the file, for the message when a limit is met."""
        ...


T = TypeVar("T", bound=Task)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """How a task ended."""

    result: R | None = None
    error: IngestionError | None = None

    def get(self) -> R:
        """The result; raises the error that ended the task."""
        if self.error is not None:
            raise self.error
        return cast(R, self.result)


class Workers:
    """Worker processes that live as long as the `with` block.

    `preload` names modules that the tasks need beside the readers; they are loaded once, not in each worker.
    What is raised by a function in a worker is raised here as well, unless it is an IngestionError.
    """

    def __init__(self, limits: Limits | None = None, preload: Sequence[str] = ()) -> None:
        self.limits = limits or Limits.from_environment()
        self._preload = preload
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_pool()

    def each(self, function: Callable[[T], R], tasks: Iterable[T | None]) -> Iterator[Done[R] | None]:
        """Call a function of a module with every task; how each ended, in the order of the tasks.

        Tasks are taken from the iterable a few ahead of the outcome that is asked for.  None is no task: it passes
        through in its place.
        """
        begun: deque[tuple[T, Future[R]] | None] = deque()
        at_once = self.limits.workers * AHEAD
        for task in tasks:
            begun.append(None if task is None else (task, self._begin(function, task)))
            if len(begun) == at_once:
                yield self._ended(function, begun.popleft())
        while begun:
            yield self._ended(function, begun.popleft())

    def one(self, function: Callable[[T], R], task: T) -> Done[R]:
        """Call a function with one task."""
        return self._outcome(function, task, self._begin(function, task))

    def _begin(self, function: Callable[[T], R], task: T) -> Future[R]:
        _CONTEXT.set_forkserver_preload([PRELOADED, _module_of(function), *self._preload])
        if not self._pool.active:  # broken by a worker that died while it took a task
            self._end_pool()
            self._pool = self._new_pool()
        future: Future[R] = self._pool.schedule(run_limited, (function, task, self.limits), timeout=self.limits.seconds)
        return future

    def _ended(self, function: Callable[[T], R], begun: tuple[T, Future[R]] | None) -> Done[R] | None:
        return None if begun is None else self._outcome(function, *begun)

    def _outcome(self, function: Callable[[T], R], task: T, future: Future[R]) -> Done[R]:
        try:
            try:
                return Done(future.result())
            except BrokenProcessPool:
                _LOG.warning("%s: the worker processes had to be started anew", task.file_name)
                return Done(self._begin(function, task).result())
        except IngestionError as error:
            return Done(error=error)
        except TimeoutError:
            return Done(error=self._time_limit(task))
        except MemoryError:
            return Done(error=self._memory_limit(task))
        except (ProcessExpired, BrokenProcessPool) as error:
            return Done(error=_died(task, getattr(error, "exitcode", None)))

    def _time_limit(self, task: Task) -> IngestionError:
        return TimeLimitError(
            task.file_name,
            f"文件 {task.size_bytes} 字节，处理超过每份 {self.limits.seconds:g} 秒上限，已中止；"
            "下次运行会重试，也可拆分后报送 (took too long)",
        )

    def _memory_limit(self, task: Task) -> IngestionError:
        return MemoryLimitError(
            task.file_name,
            f"文件 {task.size_bytes} 字节，处理所需内存超过每份 {self.limits.megabytes} MB 上限，已中止；"
            "请拆分后报送 (needs too much memory)",
        )

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.limits.workers, max_tasks=FILES_PER_WORKER, initializer=begin, context=_CONTEXT
        )

    def _end_pool(self) -> None:
        """End the workers at once: whoever leaves the block has what he asked for, or an error."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _died(task: Task, exit_code: int | None) -> IngestionError:
    return WorkerDiedError(
        task.file_name,
        f"文件 {task.size_bytes} 字节，处理它的进程意外结束（退出码 {exit_code}），下次运行会重试 (the worker died)",
    )


def _module_of(function: Callable[..., object]) -> str:
    return (function.func if isinstance(function, partial) else function).__module__


class _Process(ForkServerProcess):
    """A process that does not import the program that started it: its functions all lie in modules.

    multiprocessing would load the parent's main script in every worker, which for Airflow takes three seconds.
    """

    def start(self) -> None:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process


_CONTEXT: Final = _Context()
