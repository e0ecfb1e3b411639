"""Airflow's LocalExecutor whose tasks find the large libraries loaded.

A task is a fork of a worker, and a worker a fork of the scheduler.  What the scheduler has imported before the first
fork is imported once, instead of once in each of a run's ten tasks.  Only what is installed is loaded early: our own
modules are read by each task, so that a changed program is never half the old one.
"""

from __future__ import annotations

import logging
import os
from importlib import import_module
from typing import Final

from airflow.executors.local_executor import LocalExecutor

_LOG: Final = logging.getLogger(__name__)

#: What tasks import and is slow to import, seconds of processor time: 0.5, 0.3, 1.9 and 2.5.
LIBRARIES: Final = ("pandas", "alembic.command", "dbt.cli.main", "great_expectations")


class WarmExecutor(LocalExecutor):
    """A LocalExecutor with the libraries of the tasks in its memory."""

    def start(self) -> None:
        """Import the libraries, then start as a LocalExecutor does."""
        if self.is_mp_using_fork:  # nothing is inherited otherwise
            _warm()
        super().start()


def _warm() -> None:
    """What cannot be imported is told here and by the task that needs it; the others go on."""
    # as expectations.adapter.load does, which is ours: Great Expectations looks at both while it is imported
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    for name in LIBRARIES:
        try:
            import_module(name)
        except ImportError:
            _LOG.exception("%s cannot be imported before the tasks start", name)
