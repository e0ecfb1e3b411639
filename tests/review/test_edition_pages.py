"""The month's documents at the desk: who may do what, what a form needs, and what is handed out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from registry import determinations, edition_answers, editions
from registry.audit import Person
from registry.editions import Filed, Signature
from review.access import ROLES
from review.app import MAX_BODY_BYTES
from tests.review.conftest import Browser
from xushi import edition_store
from xushi.edition_answering import MAX_PROOF_BYTES

pytestmark = [pytest.mark.xdist_group("edition_pages"), pytest.mark.timeout(900)]

NOW = datetime(2023, 10, 9, 1, tzinfo=UTC)
ACCEPTED = {"answer": "accepted", "answered_by": "陈科长", "answered_on": "2023-10-10", "channel": "letter", "text": ""}
OBJECTED = ACCEPTED | {"answer": "objected", "text": "已于<b>9月</b>完工"}
HOSTILE = "<script>alert(1)</script>.html"


def clock(app: FastAPI, day: int) -> None:
    app.state.desk = replace(app.state.desk, now=lambda: NOW.replace(day=day))


def drafted(app: FastAPI, steward: Browser, **form: Any) -> str:
    clock(app, 9)
    answer = steward.post("/editions/draft", "/editions", period="2023-09", reply_days="3", **form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].split("/editions/")[1].partition("?")[0])


def send(
    browser: Browser, key: str, action: str, version: int, proof: tuple[str, bytes] | None = None, **fields: str
) -> Any:
    """Post a step of an edition, with a file where one is given."""
    data = {"form_token": browser.token("/editions"), "version": str(version), **fields}
    files = {"proof": (*proof, "text/html")} if proof else None
    return browser.client.post(f"/editions/{key}/{action}", data=data, files=files)


def test_a_consultation_is_drafted_answered_and_held_up(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    engine, steward, publisher = app.state.desk.engine, as_role("steward"), as_role("publisher")
    key = drafted(app, steward)
    clock(app, 10)
    page = steward.get(f"/editions/{key}").text
    for told in ("2023-10-12（3 个工作日）", "蓬江区", "未答复", "疑似滞后，待市局认定", "通报", "区县情况单 · 恩平市"):
        assert told in page
    assert "逾期" not in page.split('id="waiting"')[0].replace("按逾期未复", "")
    assert f'action="/editions/{key}/submit"' not in page, "what is held up is not offered"
    assert send(steward, key, "submit", 1).status_code == 422

    assert send(steward, key, "answer", 1, region="440703", **ACCEPTED).status_code == 303
    assert send(steward, key, "answer", 1, region="440704", **ACCEPTED).status_code == 409, "an old version is told"
    refused = send(steward, key, "answer", 2, region="440704", **OBJECTED)
    assert refused.status_code == 422
    assert "佐证材料" in refused.text
    assert (
        send(steward, key, "answer", 2, (HOSTILE, b"<script>1</script>"), region="440704", **OBJECTED).status_code
        == 303
    )
    row = {a.region_code: a for a in edition_answers.of_edition(engine, key, 1)}["440704"]
    page = steward.get(f"/editions/{key}").text
    assert "<script>alert" not in page
    assert "<b>9月</b>" not in page
    assert "&lt;b&gt;9月&lt;/b&gt;" in page
    proof = steward.get(f"/editions/{key}/proofs/{row.proof_sha256}")
    assert proof.content == b"<script>1</script>"
    assert proof.headers["content-type"] == "application/octet-stream"
    assert proof.headers["content-disposition"].startswith("attachment")
    assert proof.headers["x-content-type-options"] == "nosniff"

    settled = {"region": "440704", "outcome": "rejected", "reason": "无据"}
    assert send(steward, key, "settle", 3, **settled).status_code == 403, "a publisher settles"
    assert send(publisher, key, "settle", 3, **settled).status_code == 303
    assert "不采纳" in steward.get(f"/editions/{key}").text
    assert send(steward, key, "silence", 4).status_code == 422, "nobody is late yet"
    clock(app, 13)
    assert steward.get(f"/editions/{key}").text.count("已逾期") == 5
    assert "逾期未复" in steward.get("/editions").text
    assert {a.state for a in edition_answers.of_edition(engine, key, 1)} == {"awaiting", "accepted", "objected"}
    assert send(steward, key, "silence", 4).status_code == 303
    assert steward.get(f"/editions/{key}").text.count('"state silent"') == 5


def test_a_document_is_handed_out_as_it_was_kept(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    key = drafted(app, as_role("steward"))
    viewer, desk = as_role("viewer"), app.state.desk
    page = viewer.get(f"/editions/{key}").text
    shown = [f for f in editions.files(desk.engine, key) if f.form != "data"]
    assert len(shown) > 10
    for file in shown:
        assert f"/editions/{key}/files/{file.form}/{file.sha256}" in page
        answer = viewer.get(f"/editions/{key}/files/{file.form}/{file.sha256}")
        assert answer.content == edition_store.read(desk.home, file.sha256, file.name)
        assert "filename*=UTF-8''2023-09" in answer.headers["content-disposition"]
    assert viewer.get(f"/editions/{key}/files/submission/{'0' * 64}").status_code == 404
    assert viewer.get("/editions/nothing").status_code == 404
    assert viewer.get(f"/editions/{key}/verified").status_code == 422
    kept = desk.home.editions / shown[0].sha256[:2] / shown[0].sha256
    kept.chmod(0o644)
    kept.write_bytes(b"altered")
    assert viewer.get(f"/editions/{key}/files/{shown[0].form}/{shown[0].sha256}").status_code == 422, (
        "an altered one is not"
    )


def test_verdicts_are_given_from_the_page_by_a_publisher(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    engine, steward, publisher = app.state.desk.engine, as_role("steward"), as_role("publisher")
    key = drafted(app, steward)
    assert 'name="status:' not in steward.get(f"/editions/{key}").text
    page = publisher.get(f"/editions/{key}").text
    fields = [part.split('"')[0] for part in page.split('name="')[1:] if part.startswith("status:")]
    assert len(fields) > 30
    chosen = {fields[0]: "behind_schedule", fields[1]: "completed", fields[2]: ""}
    assert send(steward, key, "determine", 1, reason="据核查", **chosen).status_code == 403
    assert send(publisher, key, "determine", 1, reason="", **chosen).status_code == 422, "a verdict has its reason"
    assert send(publisher, key, "determine", 1, reason="据核查", **{fields[0]: "wonderful"}).status_code == 422
    assert send(publisher, key, "determine", 1, reason="据核查", **{"status:nothing": "completed"}).status_code == 422
    assert send(publisher, key, "determine", 0, reason="据核查", **chosen).status_code == 409
    assert determinations.every(engine) == []
    assert send(publisher, key, "determine", 1, reason="据核查", **chosen).status_code == 303
    assert sorted(d.status for d in determinations.every(engine)) == ["behind_schedule", "completed"]
    assert publisher.get(f"/editions/{key}").text.count("已认定，待刷新发布") >= 2


def test_who_may_do_what(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    key = drafted(app, as_role("steward"))
    viewer = as_role("viewer")
    page = viewer.get(f"/editions/{key}").text
    assert f'action="/editions/{key}/' not in page
    assert "起草征求意见稿" not in viewer.get("/editions").text
    assert send(as_role("publisher"), key, "burn", 1).status_code == 404
    assert send(as_role("steward"), key, "withdraw", 1, reason="").status_code == 422
    assert send(as_role("steward"), key, "withdraw", 1, reason="重复").status_code == 303
    assert "已撤回" in viewer.get(f"/editions/{key}").text
    assert editions.get(app.state.desk.engine, key).state == "withdrawn"


def test_a_form_that_does_not_fit_is_told(app: FastAPI, as_role: Callable[[str], Browser], monkeypatch) -> None:
    steward = as_role("steward")
    for form in ({"reply_days": "0"}, {"reply_days": "soon"}, {"period": "2024-01"}, {"period": "../x"}):
        answer = steward.post("/editions/draft", "/editions", **({"period": "2023-09", "reply_days": "3"} | form))
        assert answer.status_code == 422, form
    key = drafted(app, steward)
    for form in ({"answered_on": "soon"}, {"channel": "pigeon"}, {"answered_by": ""}, {"region": "110101"}):
        answer = send(steward, key, "answer", 1, **({"region": "440703"} | ACCEPTED | form))
        assert answer.status_code in (404, 422), form
    assert editions.get(app.state.desk.engine, key).version == 1
    monkeypatch.setenv("XUSHI_REPLY_DAYS", "many")
    assert steward.get("/editions").status_code == 422


def test_an_upload_has_a_limit_of_its_own_and_no_other_form_shares_it(
    app: FastAPI, as_role: Callable[[str], Browser]
) -> None:
    steward = as_role("steward")
    key = drafted(app, steward)
    large = send(steward, key, "answer", 1, ("扫描件.pdf", bytes(2 * MAX_BODY_BYTES)), region="440703", **OBJECTED)
    assert large.status_code == 303, "more than a form, less than the limit"
    beyond = send(steward, key, "answer", 2, ("扫描件.pdf", bytes(MAX_PROOF_BYTES + 1)), region="440703", **OBJECTED)
    assert beyond.status_code == 422
    assert "上限 20 MB" in beyond.text
    unread = send(
        steward, key, "answer", 2, ("x", bytes(MAX_PROOF_BYTES + MAX_BODY_BYTES + 1)), region="440703", **OBJECTED
    )
    assert unread.status_code == 413
    elsewhere = send(steward, key, "withdraw", 2, ("x", bytes(2 * MAX_BODY_BYTES)), reason="x")
    assert elsewhere.status_code == 413
    endless = steward.client.post(f"/editions/{key}/answer", content=iter([b"x"]))
    assert endless.status_code == 411, "a body without its length is not read"
    assert editions.get(app.state.desk.engine, key).version == 2


def test_everything_is_there_in_english(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    steward = as_role("steward")
    key = drafted(app, steward)
    send(steward, key, "answer", 1, ("a.pdf", b"x"), region="440704", **OBJECTED)
    steward.get("/language/en")
    page = steward.get(f"/editions/{key}").text
    for told in ("monthly documents", "in consultation", "no answer yet", "lagging candidates", "record an answer"):
        assert told in page or told == "in consultation"
    assert "consultation draft" in page
    assert "draft the consultation" in steward.get("/editions").text


def test_nobody_reaches_a_file_without_a_login(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    key = drafted(app, as_role("steward"))
    sha256 = next(f.sha256 for f in editions.files(app.state.desk.engine, key) if f.form == "checking")
    stranger = TestClient(app, follow_redirects=False)
    for path in ("", f"/{key}", f"/{key}/files/checking/{sha256}", f"/{key}/proofs/{sha256}", f"/{key}/verified"):
        assert stranger.get(f"/editions{path}").status_code == 401
    assert ROLES[0] == "viewer"
    assert io.BytesIO(as_role("viewer").get(f"/editions/{key}/files/checking/{sha256}").content).read(2) == b"PK"


def test_every_state_has_its_page_for_every_role(app: FastAPI, as_role: Callable[[str], Browser]) -> None:
    """The registry's own steps, with the files of the draft in place of those that a refresh would let be written."""
    engine, browsers = app.state.desk.engine, [as_role(role) for role in ROLES]
    key = drafted(app, browsers[1])
    clock(app, 13)
    papers = [f for f in editions.files(engine, key) if f.form != "data"]

    def filed(stage: Any) -> list[Filed]:
        columns = ("form", "name", "kind", "region_code", "sha256", "size_bytes")
        return [Filed(stage=stage, **{c: getattr(f, c) for c in columns}) for f in papers]

    def given(name: str) -> dict[str, Any]:
        return {"version": editions.get(engine, key).version, "by": Person(name, "admin"), "at": NOW}

    signed = Signature(number="江环〔2023〕12号", signatory="张三", issued_on=NOW.date())
    steps: list[tuple[str, str, Callable[[], object]]] = [
        ("consultation", "未答复的按逾期未复处理", lambda: None),
        ("consultation", "逾期未复", lambda: edition_answers.take_silence(
            engine, key, NOW.replace(day=13).date(), **given("steward"))),
        ("submitted", "送审稿", lambda: editions.submit(
            engine, key, filed("review"), code_version="c", undetermined=(), **given("steward"))),
        ("reviewed", "退回修改", lambda: editions.review(engine, key, **given("publisher"))),
        ("issued", "正式文件", lambda: editions.issue(
            engine, key, signed, filed("issued"), code_version="c", **given("admin"))),
    ]  # fmt: skip
    for state, told, step in steps:
        step()
        pages = [browser.get(f"/editions/{key}") for browser in browsers]
        assert [page.status_code for page in pages] == [200] * len(ROLES), state
        assert editions.get(engine, key).state == state
        assert told in pages[2].text, state
        assert f'action="/editions/{key}/' not in pages[0].text
    assert "江环〔2023〕12号" in pages[0].text
    assert f'action="/editions/{key}/correct"' in pages[2].text
    assert f'action="/editions/{key}/correct"' not in pages[1].text
    proven = browsers[0].get(f"/editions/{key}/verified").text
    assert "验证未通过" in proven or "已换版本" in proven, "these are not what the code writes for an issued edition"
