"""Letters from a finding to its closing, and the papers about a submission, as people download them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

from docx import Document as open_docx
from fastapi import FastAPI
from openpyxl import load_workbook

from registry import incidents, notices
from tests.review.conftest import Browser
from tests.review.test_incident_pages import one_of

ISSUED = {
    "number": "江环函〔2023〕21号",
    "signatory": "江门市生态环境局",
    "issued_on": "2023-10-12",
    "reply_due": "2023-10-20",
}


def drafted(app: FastAPI, steward: Browser, kind: str = "reminder") -> str:
    incident = one_of(app, "percent_against_counts")
    answer = steward.post("/notices/draft", chosen=incident.incident_id, kind=kind)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rsplit("/", 1)[1]


def words(content: bytes) -> str:
    document = open_docx(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_a_letter_from_the_draft_to_the_closing(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    engine, steward, publisher = app.state.desk.engine, as_role("steward"), as_role("publisher")
    key = drafted(app, steward)
    path = f"/notices/{key}"
    assert "发文字号待编" in words(steward.get(f"{path}/letter.docx").content)
    assert steward.post(f"{path}/issue", version=1, **ISSUED).status_code == 403, "a steward signs nothing"
    assert publisher.post(f"{path}/issue", version=1, **ISSUED).status_code == 303
    letter = words(steward.get(f"{path}/letter.docx").content)
    for told in ("开平市", "江环函〔2023〕21号", "285亩", "2.71%", "第1表第5行第4格", "2023年10月20日"):
        assert told in letter
    stale = publisher.post(f"{path}/close", version=1, proof="x", closed_on="2023-10-21")
    assert stale.status_code == 409
    assert steward.post(f"{path}/reply", version=2, reply="已核，应为2.11%", replied_on="2023-10-18").status_code == 303
    assert publisher.post(f"{path}/close", version=3, proof="更正表第4行", closed_on="2023-10-19").status_code == 303
    found = notices.get(engine, key)
    assert (found.state, found.closed_on) == ("closed", date(2023, 10, 19))
    page = steward.get(path).text
    assert "更正表第4行" in page
    assert "已销号" in steward.get("/notices").text


def test_a_reply_that_does_not_come_is_marked_and_escalated(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    steward, publisher = as_role("steward"), as_role("publisher")
    key = drafted(app, steward)
    publisher.post(f"/notices/{key}/issue", version=1, **ISSUED)
    assert "逾期未复" in steward.get("/notices").text
    answer = steward.post(f"/notices/{key}/escalate", version=2)
    milder, stronger = notices.get(app.state.desk.engine, key), answer.headers["location"]
    assert milder.state == "issued"
    page = steward.get(stronger.partition("?")[0]).text
    assert "督办单" in page
    assert f"/notices/{key}" in page


def test_what_does_not_fit_a_letter_is_told(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    steward, publisher = as_role("steward"), as_role("publisher")
    open_now = incidents.open_incidents(app.state.desk.engine)
    two = {i.region_code: i.incident_id for i in open_now if i.region_code}
    mixed = steward.post("/notices/draft", chosen=list(two.values())[:2], kind="reminder")
    assert mixed.status_code == 422
    assert "一份函件只发给一个单位" in mixed.text
    assert steward.post("/notices/draft", chosen=[], kind="reminder").status_code == 422
    assert steward.post("/notices/draft", chosen="nothing", kind="reminder").status_code == 404
    key = drafted(app, steward)
    refused = publisher.post(f"/notices/{key}/issue", version=1, **{**ISSUED, "reply_due": "soon"})
    assert refused.status_code == 422
    assert (
        publisher.post(f"/notices/{key}/issue", version=1, **{**ISSUED, "reply_due": "2023-10-01"}).status_code == 422
    )
    assert publisher.post(f"/notices/{key}/burn", version=1).status_code == 404
    assert notices.get(app.state.desk.engine, key).state == "draft"


def test_the_error_workbook_holds_the_units_own_rows(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    incident = one_of(app, "percent_against_counts")
    answer = as_role("viewer").get(f"/submissions/{incident.submission_id}/findings.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    told = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "累计改造285亩，完成率2.71%" in told
    assert "285亩 ÷ 1.35万亩" in told


def test_the_receipt_says_what_was_read(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    incident = one_of(app, "percent_against_counts")
    told = words(as_role("viewer").get(f"/submissions/{incident.submission_id}/receipt.docx").content)
    for part in ("开平市", "回执", "补报", "285亩"):
        assert part in told


def test_a_submission_without_findings_has_no_error_workbook(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    viewer = as_role("viewer")
    page = viewer.get("/submissions?period=2023-09").text
    assert page.count("receipt.docx") > page.count("findings.xlsx") > 0
    from registry import submissions

    engine = app.state.desk.engine
    busy = {i.submission_id for i in incidents.open_incidents(engine)}
    clean = next(s for s in submissions.find(engine) if s.submission_id not in busy and s.status == "extracted")
    assert viewer.get(f"/submissions/{clean.submission_id}/findings.xlsx").status_code == 404
    assert viewer.get(f"/submissions/{clean.submission_id}/receipt.docx").status_code == 200
