"""A decision from the form to the published warehouse: tried, kept, applied, and gone when the unit files again."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from publishing.snapshot import current
from registry import audit, corrections, incidents
from tests.review.conftest import Browser
from tests.review.test_incident_pages import one_of
from tests.xushi.conftest import SAMPLES, refreshed, rows_of
from xushi.decisions import DecisionError, checked_place
from xushi.home import Home

SECOND = "开平市2023年9月攻坚任务进展情况表（二次补报）.docx"
CALL = {
    "channel": "telephone", "caller": "开平分局 陈工", "called_at": "2023-10-11T09:30", "supplement_due": "2023-10-18",
}  # fmt: skip


def target(page: str, column: str) -> str:
    """The choice of the form for a column of the finding's own fact."""
    found = re.search(rf'<option value="([^"]*\|{column}\|[^"]*)"', page)
    assert found, column
    return found.group(1)


def tried(steward: Browser, path: str, **form: Any) -> str:
    """Begin a trial and wait for its end; the path of its page."""
    answer = steward.post(f"{path}/trial", **form)
    assert answer.status_code == 303, answer.text
    trial = str(answer.headers["location"])
    deadline = time.monotonic() + 240
    while steward.get(f"{trial}/state").json()["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline, "the trial did not end"
        time.sleep(0.2)
    return trial


def test_a_correction_is_tried_kept_applied_and_ends_when_the_unit_files_again(
    app: FastAPI, desk_home: Home, as_role: Callable[[str], Browser], tmp_path: Path
) -> None:
    engine, steward = app.state.desk.engine, as_role("steward")
    incident = one_of(app, "percent_against_counts")
    path, rows = f"/incidents/{incident.incident_id}", rows_of(desk_home.root)
    before = current(desk_home.published)
    form = {"kind": "correct", "value": "2.11", "comment": "来电更正", "version": incident.version, **CALL}
    trial = tried(steward, path, target=target(steward.get(path).text, "percent"), **form)
    page = steward.get(trial).text
    assert "办结" in page
    assert "285亩占1.35万亩" in page, "the finding that it closes is named"
    assert re.search(r"所报百分比（%）</td><td>2\.71</td><td><b>2\.11", page)
    assert current(desk_home.published) == before, "nothing was kept yet"
    assert corrections.every(engine) == []
    assert as_role("publisher").get(trial).status_code == 404, "a trial is its owner's"

    assert steward.post(f"{trial}/keep").headers["location"] == f"{path}?told=kept"
    (kept,) = corrections.every(engine)
    assert (kept.caller, str(kept.supplement_due), kept.channel) == ("开平分局 陈工", "2023-10-18", "telephone")
    assert steward.post(f"{trial}/keep").status_code == 409, "kept once"
    assert refreshed(desk_home.root, SAMPLES).error is None
    closed = incidents.get(engine, incident.incident_id)
    assert (closed.state, closed.resolution) == ("resolved", "agreed")
    assert [e.action for e in audit.of_subject(engine, incident.incident_id)] == ["correct", "agreed"]
    (published,) = rows("select reported_completion_pct, is_corrected from fct_task_progress where is_corrected")
    assert float(published["reported_completion_pct"]) == 2.11
    assert "已采用" in steward.get("/corrections").text

    again = tmp_path / "again"
    shutil.copytree(SAMPLES, again)
    source = next(again.glob("开平市2023年9月*补报*.docx"))
    _file_again(source, again)
    assert refreshed(desk_home.root, again).error is None
    assert corrections.every(engine)[0].state == "expired"
    assert "单位已再次报送，失效" in steward.get("/corrections").text
    refiled = [i for i in incidents.open_incidents(engine) if i.check_id == "refiled_against_correction"]
    assert len(refiled) == 1, "the old figure is not simply restored: it waits for a steward"
    assert refiled[0].severity == "blocker"
    (held,) = rows(
        "select publication_status, reported_completion_pct from fct_task_progress"
        f" where progress_key = '{refiled[0].record_key}'"
    )
    assert held == {"publication_status": "under_review", "reported_completion_pct": None}


def _file_again(source: Path, inbox: Path) -> None:
    """The unit sends its resubmission a second time, with another word in it, as a later revision."""
    from docx import Document

    document = Document(str(source))
    document.add_paragraph("联系人：陈工。")
    document.save(str(inbox / SECOND))
    register = inbox / "submissions.csv"
    lines = register.read_text("utf-8-sig").splitlines()
    old = next(line for line in lines if source.name in line)
    names = lines[0].split(",")
    new = dict(zip(names, old.split(","), strict=True))
    new |= {
        "file": SECOND, "received_at": "2030-01-15T09:00:00+08:00", "revision": "2",
    }  # fmt: skip
    register.write_text("\n".join([*lines, ",".join(new[name] for name in names)]) + "\n", encoding="utf-8")


def test_a_verdict_and_an_acceptance_are_told_before_they_are_kept(
    app: FastAPI, as_role: Callable[[str], Browser]
) -> None:
    engine, publisher = app.state.desk.engine, as_role("publisher")
    incident = one_of(app, "status_better_than_figures")
    path = f"/incidents/{incident.incident_id}"
    form = {"kind": "determine", "status": "behind_schedule", "comment": "抽查未达标", "version": incident.version}
    assert as_role("steward").post(f"{path}/trial", progress_key=incident.record_key, **form).status_code == 403
    trial = tried(publisher, path, progress_key=incident.record_key, **form)
    page = publisher.get(trial).text
    assert re.search(r"市局认定</td><td>—</td><td><b>进度滞后", page)
    publisher.post(f"{trial}/keep")
    settled = incidents.get(engine, incident.incident_id)
    assert (settled.state, settled.resolution, settled.reason) == ("resolved", "determined", "进度滞后")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"kind": "burn", "comment": "x"}, "不能试算"),
        ({"kind": "accept", "comment": "", "reason": "other"}, "请写明理由"),
        ({"kind": "accept", "comment": "x", "reason": "because"}, "请选择认可的理由"),
        ({"kind": "correct", "comment": "x", "target": "a|b"}, "请选择要更正的数值"),
        ({"kind": "place", "comment": "x", "value": "江海区"}, "只有无法认定的区域"),
        ({"kind": "correct", "comment": "x", "target": "a|b|percent|1", "channel": "telephone"}, "来电时间"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_before_it_is_tried(
    app: FastAPI, as_role: Callable[[str], Browser], form: dict[str, str], told: str
) -> None:
    incident = one_of(app, "unit_doubled")
    answer = as_role("publisher").post(f"/incidents/{incident.incident_id}/trial", version=incident.version, **form)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_value_that_the_document_does_not_say_fails_the_trial(
    app: FastAPI, as_role: Callable[[str], Browser]
) -> None:
    steward, incident = as_role("steward"), one_of(app, "percent_against_counts")
    path = f"/incidents/{incident.incident_id}"
    wrong = target(steward.get(path).text, "percent").rsplit("|", 1)[0] + "|9.99"
    trial = tried(steward, path, kind="correct", target=wrong, value="2.11", comment="x", version=incident.version)
    assert "原文与所填原值不符" in steward.get(trial).text
    assert steward.post(f"{trial}/keep").status_code == 422


def test_a_place_that_is_no_division_is_refused(desk_home: Home, app: FastAPI) -> None:
    submission = one_of(app, "percent_against_counts").submission_id
    for place, told in (("月球", "不是行政区划"), ("440703", "没有写作")):
        with pytest.raises(DecisionError, match=told):
            checked_place(desk_home, submission, "东部片区", place)
