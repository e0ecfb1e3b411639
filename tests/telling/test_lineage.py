"""Lineage: events that OpenLineage's own classes take, from the inbox to the published tables, to file or server."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.telling.servers import http_server
from xushi import lineage
from xushi.home import Home


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG", "OPENLINEAGE_NAMESPACE", "OPENLINEAGE_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(lineage, "_CLIENTS", {})


def events(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lineage.file_of(Home(home)).read_text("utf-8").splitlines()]


def as_openlineage(event: dict[str, Any]) -> Any:
    """The event through the client's own classes: what they do not know, or find wrong, is refused."""
    from openlineage.client import event_v2

    return event_v2.RunEvent(
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=event_v2.Run(runId=event["run"]["runId"]),
        job=event_v2.Job(namespace=event["job"]["namespace"], name=event["job"]["name"]),
        eventType=event_v2.RunState(event["eventType"]),
        inputs=[event_v2.InputDataset(namespace=d["namespace"], name=d["name"]) for d in event["inputs"]],
        outputs=[event_v2.OutputDataset(namespace=d["namespace"], name=d["name"]) for d in event["outputs"]],
    )


def test_a_run_tells_its_way_from_the_inbox_to_the_published_tables(samples_home: Path) -> None:
    told = events(samples_home)
    assert all(as_openlineage(event) for event in told)
    flows: dict[str, set[str]] = {}
    for event in told:
        for output in event["outputs"]:
            flows.setdefault(output["name"], set()).update(one["name"] for one in event["inputs"])
    reached, waiting = set(), ["published/fct_task_progress"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += flows.get(name, ())
    assert {"inbox", "lake/facts", "models/int_facts", "models/fct_task_progress", "registry/submissions"} <= reached


def test_every_start_has_its_end_and_its_run(samples_home: Path) -> None:
    told = events(samples_home)
    states: dict[str, Counter[str]] = {}
    for event in told:
        states.setdefault(event["run"]["runId"], Counter())[event["eventType"]] += 1
    assert len(states) > 50
    assert all(state == {"START": 1, "COMPLETE": 1} for state in states.values()), "none twice"
    (root,) = {event["run"]["runId"] for event in told if event["job"]["name"] == lineage.ROOT}
    parents = {e["run"]["facets"]["parent"]["run"]["runId"] for e in told if e["job"]["name"] != lineage.ROOT}
    assert parents == {root}


def test_models_have_their_columns_and_versions_their_rows(samples_home: Path) -> None:
    outputs = {output["name"]: output for event in events(samples_home) for output in event["outputs"]}
    fields = outputs["models/fct_task_progress"]["facets"]["schema"]["fields"]
    assert {"progress_key", "lag_reason_zh"} <= {field["name"] for field in fields}
    published = outputs["published/fct_task_progress"]
    assert published["facets"]["version"]["datasetVersion"] == "1"
    assert published["outputFacets"]["outputStatistics"]["rowCount"] > 0


def test_a_failure_is_told_without_secrets(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(ValueError), lineage.stage(home, "r1", "publish", {}):
        raise ValueError("postgresql://xushi:markedpassword@db/x refused")
    told = events(tmp_path)
    assert [(e["job"]["name"], e["eventType"]) for e in told] == [
        ("refresh.publish", "START"), ("refresh.publish", "FAIL"), ("refresh", "FAIL"),
    ]  # fmt: skip
    assert "refused" in told[1]["run"]["facets"]["errorMessage"]["message"]
    assert "marked" not in json.dumps(told)


def test_a_server_is_a_setting_and_then_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with http_server() as server:
        monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "http")
        monkeypatch.setenv("OPENLINEAGE__TRANSPORT__URL", f"http://{server.address}")
        with lineage.stage(Home(tmp_path), "r1", "extract", {"facts": 7}):
            pass
    assert [message["json"]["eventType"] for message in server.messages] == ["START", "COMPLETE"]
    facts = next(o for o in server.messages[1]["json"]["outputs"] if o["name"] == "lake/facts")
    assert facts["outputFacets"]["outputStatistics"]["rowCount"] == 7
    assert not lineage.file_of(Home(tmp_path)).exists()


def test_a_server_that_is_away_fails_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "http")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__URL", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__RETRY__TOTAL", "0")
    done = False
    with lineage.stage(Home(tmp_path), "r1", "resolve", {}):
        done = True
    assert done


def test_what_a_trial_builds_is_nobody_s(tmp_path: Path) -> None:
    lineage.models([object()])
    assert list(tmp_path.iterdir()) == []
