"""Metrics over a real socket, for our own figures and in Airflow's settings; a collector that is away fails nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xushi import metrics
from xushi.home import Home


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        monkeypatch.setenv(metrics.HOST, f"127.0.0.1:{listening.getsockname()[1]}")
        yield listening


def received(listening: socket.socket, count: int) -> dict[str, str]:
    lines = [listening.recv(1024).decode() for _ in range(count)]
    return dict(line.split(":", 1) for line in lines)


def test_a_stage_tells_its_seconds_and_counts(collector: socket.socket, tmp_path: Path) -> None:
    answer: dict[str, Any] = {"extracted": 5, "refused": ["a", "b"], "facts": 71}
    metrics.of_stage(Home(tmp_path), "extract", answer, 2.5)
    assert received(collector, 5) == {
        "xushi.stage.extract": "2500.000000|ms", "xushi.stage_done.extract": "1|c", "xushi.files_read": "5|c",
        "xushi.files_rejected": "2|c", "xushi.facts": "71|c",
    }  # fmt: skip


def test_a_summary_tells_findings_and_the_age_of_the_publication(collector: socket.socket, samples_home: Path) -> None:
    report = json.loads(sorted(samples_home.glob("reports/*/summary.json"))[0].read_text("utf-8"))
    metrics.of_stage(Home(samples_home), "summary", report, 0.1)
    told = received(collector, 11)
    assert told[f"xushi.runs.{report['status']}"] == "1|c"
    assert told["xushi.findings.error"] == f"{report['findings'].get('error', 0)}|g"
    assert told["xushi.published_version"] == "1|g"
    assert float(told["xushi.publication_age_seconds"].removesuffix("|g")) > 0


def test_a_stage_that_failed_is_counted(collector: socket.socket) -> None:
    metrics.failed_stage("transform")
    assert received(collector, 1) == {"xushi.stage_failed.transform": "1|c"}


def test_airflow_sends_to_the_same_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(metrics.HOST, "10.0.0.9")
    assert metrics.airflow_settings() == {
        "METRICS__STATSD_ON": "True", "METRICS__STATSD_HOST": "10.0.0.9", "METRICS__STATSD_PORT": "8125",
        "METRICS__STATSD_PREFIX": "airflow",
    }  # fmt: skip
    monkeypatch.delenv(metrics.HOST)
    assert metrics.airflow_settings() == {}


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no.such.host.invalid", "127.0.0.1:port"])
def test_a_collector_that_is_away_fails_nothing(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(metrics.HOST, host)
    metrics.of_stage(Home(tmp_path), "discover", {"new": ["a"], "problems": []}, 1.0)
    metrics.failed_stage("discover")
