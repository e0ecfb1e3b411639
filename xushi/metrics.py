"""Figures of the refresh for whoever collects StatsD: seconds by stage, files, facts, findings, age of the publication.

XUSHI_STATSD_HOST (`host` or `host:port`) switches them on, and Airflow's own metrics with them; without it nothing is
sent.  UDP: a collector that is away costs nothing and fails nothing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from xushi.home import Home

_LOG: Final = logging.getLogger(__name__)

HOST: Final = "XUSHI_STATSD_HOST"
_DEFAULT_PORT: Final = 8125
PREFIX: Final = "xushi"

#: Stage → what it answers that is counted, under the name of the metric.
_COUNTED: Final[Mapping[str, Mapping[str, str]]] = {
    "discover": {"new": "files_received", "problems": "register_problems"},
    "extract": {"extracted": "files_read", "refused": "files_rejected", "facts": "facts"},
}


def address() -> tuple[str, int] | None:
    """Where metrics go; None where they are off.  A port that is none is told, and the usual one is taken."""
    given = os.environ.get(HOST, "").strip()
    if not given:
        return None
    host, _, port = given.partition(":")
    if port and not port.isdecimal():
        _LOG.warning("%s 应为 主机 或 主机:端口，现为 %s，按端口 %d 办理", HOST, given, _DEFAULT_PORT)
        port = ""
    return host, int(port or _DEFAULT_PORT)


def airflow_settings() -> dict[str, str]:
    """Airflow's own settings of its metrics, for the same collector; nothing where they are off."""
    where = address()
    if where is None:
        return {}
    return {
        "METRICS__STATSD_ON": "True",
        "METRICS__STATSD_HOST": where[0],
        "METRICS__STATSD_PORT": str(where[1]),
        "METRICS__STATSD_PREFIX": "airflow",
    }


def of_stage(home: Home, name: str, answer: Mapping[str, Any], seconds: float) -> None:
    """Send what a stage did; nothing that happens here fails it."""
    where = address()
    if where is None:
        return
    try:
        from statsd import StatsClient

        client = StatsClient(*where, prefix=PREFIX)
        client.timing(f"stage.{name}", seconds * 1000)
        client.incr(f"stage_done.{name}")
        for key, metric in _COUNTED.get(name, {}).items():
            value = answer.get(key, 0)
            client.incr(metric, len(value) if isinstance(value, list) else int(value))
        if name == "summary":
            _of_summary(client, home, answer)
        client.close()
    except Exception as error:  # noqa: BLE001 (a name that no resolver knows, a socket that is not to be had)
        _LOG.warning("指标未送出 metrics not sent: %s", error, extra={"event": "metrics_failed"})


def failed_stage(name: str) -> None:
    """Count a stage that failed."""
    where = address()
    if where is None:
        return
    try:
        from statsd import StatsClient

        client = StatsClient(*where, prefix=PREFIX)
        client.incr(f"stage_failed.{name}")
        client.close()
    except Exception as error:  # noqa: BLE001 (as above)
        _LOG.warning("指标未送出 metrics not sent: %s", error, extra={"event": "metrics_failed"})


def _of_summary(client: Any, home: Home, report: Mapping[str, Any]) -> None:
    from publishing.snapshot import current

    client.incr(f"runs.{report['status']}")
    for severity in ("blocker", "error", "warning", "info"):
        client.gauge(f"findings.{severity}", report["findings"].get(severity, 0))
    client.gauge("withheld", len(report["withheld"]))
    client.gauge("missing", len(report["missing"]))
    manifest = current(home.published)
    if manifest is not None:
        published_at = datetime.fromisoformat(manifest.published_at)
        client.gauge("publication_age_seconds", max(0.0, (datetime.now(UTC) - published_at).total_seconds()))
        client.gauge("published_version", manifest.version)
