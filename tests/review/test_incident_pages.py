"""The queue and a finding's page: what they show, what they refuse to run, and who was faster."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi import FastAPI

from registry import audit, incident_queue, incidents
from registry.incident_queue import Filter
from registry.incidents import Found
from registry.models import Incident
from tests.review.conftest import AT, Browser

EVIL = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>=cmd|'/c calc'!A0"


def one_of(app: FastAPI, check_id: str, period: str = "2023-09") -> Incident:
    found = [
        i for i in incidents.open_incidents(app.state.desk.engine) if i.check_id == check_id and i.period == period
    ]
    return found[0]


def many(app: FastAPI, count: int, **changes: object) -> list[Found]:
    found = [
        replace(
            Found("made_up", "facts", f"r{n:05d}", "warning", "2023-08", "440703", message_zh=f"第{n}项"), **changes
        )
        for n in range(count)
    ]
    incidents.sync(app.state.desk.engine, found, checks=["made_up"], run_id="run", at=AT)
    return found


def test_the_queue_shows_the_worst_first_with_counts(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    page = as_role("viewer").get("/").text
    severities = re.findall(r'class="tag (\w+)"', page)
    assert severities == sorted(severities, key=incident_queue.SEVERITIES.index)
    counted = incident_queue.counts(app.state.desk.engine)
    assert counted["error"]["new"] == severities.count("error") > 0
    assert "确认收到" not in page, "a viewer is offered nothing to do"


def test_filters_narrow_and_pages_never_show_all(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    many(app, 130)
    viewer = as_role("viewer")
    first = viewer.get("/?check_id=made_up").text
    assert first.count("data-row") == incident_queue.PAGE_SIZE
    assert "130 项" in first
    assert viewer.get("/?check_id=made_up&page=3").text.count("data-row") == 30
    assert viewer.get("/?check_id=made_up&page=99").text.count("data-row") == 30
    assert viewer.get("/?check_id=made_up&words=第7项").text.count("data-row") == 1
    assert "没有符合条件的问题" in viewer.get("/?check_id=made_up&severity=error").text
    assert "没有符合条件的问题" in viewer.get("/?check_id=made_up&state=resolved").text


@pytest.mark.parametrize("words", ["%", "_", "' or 1=1 --", '"; drop table incidents; --', "\\", "\x00", "🙂" * 200])
def test_what_is_searched_is_text_and_nothing_else(app: FastAPI, as_role: Callable[[str], Browser], words: str) -> None:
    many(app, 3)
    answer = as_role("viewer").client.get("/", params={"words": words, "order": words, "check_id": "made_up"})
    assert answer.status_code == 200
    assert "没有符合条件的问题" in answer.text
    assert incident_queue.page(app.state.desk.engine, Filter(check_id="made_up")).total == 3


def test_a_finding_shows_its_cell_its_arithmetic_and_the_others(
    app: FastAPI, as_role: Callable[[str], Browser]
) -> None:
    incident = one_of(app, "percent_against_counts")
    page = as_role("viewer").get(f"/incidents/{incident.incident_id}").text
    assert re.search(r'<td [^>]*class="here">[^<]*<mark>[^<]*2\.71%[^<]*</mark>', page)
    assert "285亩 ÷ 1.35万亩" in page
    assert "第1表第5行第4格" in page
    assert "其他区域同一任务" in page
    assert "台山市" in page
    assert '<polyline class="planned"' in page
    assert "更正数值" not in page


def test_text_of_a_cell_is_never_run(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    many(app, 1, message_zh=EVIL, message_en=EVIL, arithmetic=EVIL, source_quote=EVIL, expected=EVIL, observed=EVIL,
         region_code=EVIL, period=EVIL)  # fmt: skip
    steward = as_role("steward")
    incident = next(i for i in incidents.open_incidents(app.state.desk.engine) if i.check_id == "made_up")
    assert steward.post(
        f"/incidents/{incident.incident_id}/assign", to=EVIL, comment=EVIL, version=incident.version
    ).status_code == 303  # fmt: skip
    for path in (f"/incidents/{incident.incident_id}", "/?check_id=made_up", "/log"):
        page = steward.get(path).text
        assert "alert(" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_second_of_two_stewards_is_told(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    incident = one_of(app, "unit_doubled")
    path, seen = f"/incidents/{incident.incident_id}", incident.version
    first, second = as_role("steward"), as_role("publisher")
    assert first.post(f"{path}/assign", to="甲", version=seen).status_code == 303
    late = second.post(f"{path}/assign", to="乙", version=seen)
    assert late.status_code == 409
    assert "没有被覆盖" in late.text
    assert incidents.get(app.state.desk.engine, incident.incident_id).assignee == "甲"
    assert second.post(f"{path}/trial", version=seen, kind="accept", comment="x", reason="other").status_code == 409


def test_every_action_stands_in_the_log_with_before_and_after(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    engine, incident = app.state.desk.engine, one_of(app, "unit_doubled")
    path, steward = f"/incidents/{incident.incident_id}", as_role("steward")
    steward.post(f"{path}/acknowledge", version=incident.version)
    steward.post(f"{path}/hand-back", to="开平市", comment="请核对单位", version=incident.version + 1)
    entries = audit.of_subject(engine, incident.incident_id)
    assert [(e.actor, e.role, e.action, e.note) for e in entries] == [
        ("steward", "steward", "acknowledge", None),
        ("steward", "steward", "hand_back", "请核对单位"),
    ]
    assert (entries[1].before, entries[1].after) == (
        '{"assignee": null, "comment": null, "state": "acknowledged"}',
        '{"assignee": "开平市", "comment": "请核对单位", "state": "assigned"}',
    )
    assert "请核对单位" in steward.get(path).text
    assert "请核对单位" in steward.get("/log").text


def test_an_action_that_does_not_fit_says_why(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    incident = one_of(app, "unit_doubled")
    path, steward = f"/incidents/{incident.incident_id}", as_role("steward")
    assert "交办给谁" in steward.post(f"{path}/assign", to=" ", version=1).text
    assert "退回须写明要求" in steward.post(f"{path}/hand-back", to="x", comment="", version=1).text
    assert steward.post(f"{path}/reopen", comment="x", version=1).status_code == 422
    assert steward.post("/incidents/nothing/acknowledge", version=1).status_code == 404
    assert steward.get("/incidents/nothing").status_code == 404
    assert incidents.get(app.state.desk.engine, incident.incident_id).version == incident.version


def test_one_action_on_many_leaves_what_others_changed(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    engine = app.state.desk.engine
    keys = [f.incident_id for f in many(app, 4)]
    steward = as_role("steward")
    steward.post(f"/incidents/{keys[0]}/acknowledge", version=1)
    answer = steward.post(
        "/bulk", chosen=[f"{key}:1" for key in keys], action="assign", to="丙", query="severity=error"
    )
    assert answer.headers["location"] == "/?severity=error&told=3-1-0"
    assert [incidents.get(engine, key).assignee for key in keys] == [None, "丙", "丙", "丙"]
    answer = steward.post(
        "/bulk", chosen=[f"{key}:2" for key in keys], action="accept", reason="规则误报", comment="已核"
    )
    assert answer.headers["location"] == "/?told=4-0-0"
    assert {incidents.get(engine, key).resolution for key in keys} == {"accepted"}


def test_a_blocker_is_let_through_by_a_publisher_alone(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    (found,) = many(app, 1, severity="blocker")
    form = {"chosen": [f"{found.incident_id}:1"], "action": "accept", "reason": "x", "comment": "y"}
    assert as_role("steward").post("/bulk", **form).headers["location"].endswith("0-0-1")
    assert as_role("publisher").post("/bulk", **form).headers["location"].endswith("1-0-0")


def test_pages_speak_english_on_request(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    viewer = as_role("viewer")
    viewer.get("/language/en")
    page = viewer.get(f"/incidents/{one_of(app, 'unit_doubled').incident_id}").text
    assert '<html lang="en">' in page
    assert "Unit written twice" in page
    assert "the same task elsewhere" in page
    assert "back to the queue" in page


def test_an_original_is_a_download_and_the_very_bytes(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    incident = one_of(app, "percent_against_counts")
    answer = as_role("viewer").get(f"/submissions/{incident.submission_id}/original")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5")
    assert answer.content[:2] == b"PK"
    assert as_role("viewer").get("/submissions/nothing/original").status_code == 404
