"""收文登记: hand in, look, register or drop; who may; what is hostile; pressed twice; killed half-way."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI

from registry import audit, submissions
from review.server import desk_alone
from tests.review.conftest import Browser, logged_in, people
from tests.review.intake_desk import (
    JIANGHAI,
    PENGJIANG,
    hand_in,
    held,
    notices,
    read,
    registered,
    sample,
)  # fmt: skip
from xushi import intake_register, intake_store, refresh
from xushi.home import Home

pytestmark = pytest.mark.xdist_group("intake")

SAID = "蓬江区2023年9月进展：已完成污水管网改造12公里，完成率80%。\n超出的部分：无。"


@pytest.fixture
def desk_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def app(desk_home: Home) -> Iterator[FastAPI]:
    """A desk over a home that nothing was received in yet."""
    app = desk_alone(desk_home)
    people(app.state.desk)
    yield app
    app.state.desk.engine.dispose()


@pytest.fixture
def steward(app: FastAPI) -> Browser:
    return logged_in(app, "steward")


def held_keys(home: Home) -> list[str]:
    return [batch.key for batch in intake_store.held(home)]


def test_what_was_read_is_shown_before_anything_is_registered(app: FastAPI, steward: Browser, desk_home: Home) -> None:
    path = held(steward, *sample(JIANGHAI, PENGJIANG), channel="微信", note="陈工转来")
    page = read(steward, path)
    assert submissions.find(app.state.desk.engine) == []
    assert not desk_home.originals.exists()
    assert "江海区" in page and "2023-09" in page and "取自文件名" in page
    assert page.count("<q>") > 20, "each figure stands beside its quote"
    assert "第1表第" in page
    done = registered(steward, path)
    found = {s.file_name: s for s in submissions.find(app.state.desk.engine)}
    assert set(found) == {JIANGHAI.name, PENGJIANG.name}
    one = found[JIANGHAI.name]
    assert (one.reporting_unit, one.period, one.channel, one.handler, one.intake_note, one.is_stamped) == (
        "江海区", "2023-09", "微信", "steward同志", "陈工转来", False,
    )  # fmt: skip
    assert one.sha256 in done and one.submission_id in done
    assert (desk_home.originals / one.sha256[:2] / one.sha256).read_bytes() == JIANGHAI.read_bytes()
    receipt = steward.get(f"/submissions/{one.submission_id}/receipt.docx")
    assert receipt.content.startswith(b"PK")
    assert JIANGHAI.name in steward.get("/submissions").text
    (entry,) = audit.of_subject(app.state.desk.engine, path.rpartition("/")[2])
    assert (entry.action, entry.actor) == ("intake_register", "steward")


def test_the_desk_registers_what_an_inbox_would(
    app: FastAPI, steward: Browser, desk_home: Home, tmp_path: Path
) -> None:
    """The next refresh finds it in its own inbox, registers nothing a second time, and an inbox gives the same row."""
    path = held(
        steward, *sample(PENGJIANG), unit="蓬江区", period="2023-09", channel="U盘", received_at="2023-10-08T09:30"
    )
    read(steward, path)
    registered(steward, path)
    (at_desk,) = submissions.find(app.state.desk.engine)
    empty = tmp_path / "inbox"
    empty.mkdir()
    plan = refresh.discover(str(desk_home.root), str(empty), None, "run")
    assert (plan["submissions"], plan["pending"]) == (1, 1)
    assert [s.submission_id for s in submissions.find(app.state.desk.engine)] == [at_desk.submission_id]

    (empty / PENGJIANG.name).write_bytes(PENGJIANG.read_bytes())
    register = "file,reporting_unit,period,received_at,channel,stamped,handler\n"
    (empty / "submissions.csv").write_text(
        f"{register}{PENGJIANG.name},蓬江区,2023-09,2023-10-08T09:30:00+08:00,U盘,no,steward同志\n", "utf-8"
    )
    other = Home(tmp_path / "other")
    refresh.discover(str(other.root), str(empty), None, "run")
    (by_inbox,) = submissions.find(refresh.registry_of(other))
    columns = [c.name for c in type(at_desk).__table__.columns if c.name != "first_seen_at"]
    assert [getattr(at_desk, c) for c in columns] == [getattr(by_inbox, c) for c in columns]


def test_a_pasted_message_is_kept_word_by_word(app: FastAPI, steward: Browser, desk_home: Home) -> None:
    path = held(steward, text=SAID.replace("\n", "\r\n"), unit="蓬江区", period="2023-09", channel="微信")
    page = read(steward, path)
    assert "12公里" in page and "登记所填" in page
    registered(steward, path)
    (one,) = submissions.find(app.state.desk.engine)
    assert one.file_name == "微信消息.txt"
    assert (desk_home.originals / one.sha256[:2] / one.sha256).read_text("utf-8") == SAID


def test_a_period_that_is_told_nowhere_is_asked_for_and_can_be_filled_in(app: FastAPI, steward: Browser) -> None:
    path = held(steward, text="已完成管网改造12公里，完成率80%。", unit="蓬江区", channel="电话")
    (told,) = notices(read(steward, path))
    assert told.startswith("stop: 没有找到期次")
    answer = steward.post(f"{path}/amend", path, **{
        "unit:1": "江海区", "period:1": "2023-08", "stamped:1": "no", "channel": "电话", "handler": "李工",
        "received_at": "2023-09-05T10:00",
    })  # fmt: skip
    assert answer.status_code == 303
    assert "stop" not in "".join(notices(read(steward, path)))
    registered(steward, path)
    (one,) = submissions.find(app.state.desk.engine)
    assert (one.reporting_unit, one.period, one.handler, one.status) == ("江海区", "2023-08", "李工", "received")


def test_the_page_says_what_is_replaced_what_is_a_copy_and_what_is_known(app: FastAPI, steward: Browser) -> None:
    given = {"unit": "蓬江区", "period": "2023-09", "channel": "微信"}
    first = held(steward, ("一.txt", SAID.encode()), **given, received_at="2023-10-05T09:00")
    read(steward, first)
    registered(steward, first)
    again = read(steward, held(steward, ("二.txt", SAID.encode()), **given))
    assert notices(again) == [
        "look: 这份文件已登记过：“一.txt”（蓬江区 2023-09，2023-10-05 09:00 收到），再次登记不会产生新的报送。"
    ]
    later = (SAID + "补充：验收2个。").encode()
    assert notices(read(steward, held(steward, ("三.txt", later), **given)))[0] == (
        "look: 将作为第 1 次补报，取代已登记的“一.txt”（蓬江区 2023-09，2023-10-05 09:00 收到）。"
    )
    scan = notices(read(steward, held(steward, ("四.txt", later), stamped="yes", **given)))
    assert scan[0].startswith("fine: 是盖章件，作为正式记录；“一.txt”")
    assert scan[1] == "look: 登记为盖章件，但文件是可编辑的 txt，请确认不是电子版。"
    both = read(steward, held(steward, ("五.txt", later), ("六.txt", later), **given))
    assert "look: 与本批的“五.txt”内容完全相同。" in notices(both)
    assert [s.file_name for s in submissions.find(app.state.desk.engine)] == ["一.txt"]


def test_what_the_text_says_otherwise_is_pointed_out(steward: Browser) -> None:
    told = notices(read(steward, held(steward, *sample(JIANGHAI), unit="新会区", period="2023-08")))
    assert any("正文写的单位是" in line and "新会区" in line for line in told)
    assert any("正文写的期次是 2023-09，与 2023-08 不同" in line for line in told)


def test_a_batch_is_registered_once_however_often_the_button_is_pressed(app: FastAPI, steward: Browser) -> None:
    path = held(steward, ("一.txt", SAID.encode()), unit="蓬江区", period="2023-09")
    read(steward, path)
    token = steward.token(path)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(
            lambda _: steward.client.post(f"{path}/register", data={"form_token": token}).status_code, range(4)
        ))  # fmt: skip
    assert answers == [303] * 4
    assert len(submissions.find(app.state.desk.engine)) == 1
    assert len(audit.of_subject(app.state.desk.engine, path.rpartition("/")[2])) == 1
    assert steward.post(f"{path}/drop", "/intake").status_code == 422, "what is registered is not dropped"
    assert steward.post(f"{path}/amend", "/intake", handler="x").status_code == 422
    assert "已登记" in steward.get(path).text


def test_a_dropped_batch_leaves_nothing_but_its_entry_in_the_log(
    app: FastAPI, steward: Browser, desk_home: Home
) -> None:
    path = held(steward, ("一.txt", SAID.encode()), unit="蓬江区", period="2023-09")
    read(steward, path)
    assert steward.post(f"{path}/drop", path).headers["location"] == "/intake?told=dropped"
    assert held_keys(desk_home) == []
    assert [p.name for p in (desk_home.intake / "batches").iterdir()] == []
    assert steward.get(path).status_code == 404
    assert steward.post(f"{path}/register", "/intake").status_code == 404, "the back button registers nothing"
    assert submissions.find(app.state.desk.engine) == []
    assert [e.action for e in audit.of_subject(app.state.desk.engine, path.rpartition("/")[2])] == ["intake_drop"]


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("by", ["person", "refresh"])
def test_a_kill_between_accepting_and_registering_loses_nothing(
    app: FastAPI, steward: Browser, desk_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    path = held(steward, ("一.txt", SAID.encode()), unit="蓬江区", period="2023-09", channel="微信")
    read(steward, path)
    key = path.rpartition("/")[2]

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(intake_register, "_receive", killed)
        with pytest.raises(Killed):
            intake_register.register(
                desk_home, app.state.desk.engine, key, by=audit.Person("steward", "steward"), at=app.state.desk.now()
            )
    assert submissions.find(app.state.desk.engine) == []
    if by == "person":
        assert "继续登记" in steward.get(path).text
        registered(steward, path)
    else:
        (tmp_path / "inbox").mkdir()
        refresh.discover(str(desk_home.root), str(tmp_path / "inbox"), None, "run")
    (one,) = submissions.find(app.state.desk.engine)
    assert (one.reporting_unit, one.period, one.channel, one.handler) == ("蓬江区", "2023-09", "微信", "steward同志")


def bomb() -> bytes:
    """Nothing but zeros: 300 MB in 300 kB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(3):
            archive.writestr(f"word/{number}.xml", b"\0" * 100_000_000)
    return stream.getvalue()


def packed(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


#: What a page must say of a file of a hostile kind, once it was read in its worker.
HOSTILE: list[tuple[str, bytes, str]] = [
    ("炸弹.zip", bomb(), "压缩炸弹"),
    ("宏.docm", b"PK\x03\x04" + b"\0" * 50, "压缩结构损坏"),
    ("改名.xlsx", b"MZ\x90\x00" + b"\0" * 100, "EXE"),
    ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, "旧版 Office 容器"),
    ("坏.pdf", b"%PDF-1.7\nnothing", "pdf"),
    ("路径.zip", packed(("../../etc/passwd.txt", SAID.encode())), "12公里"),
]


def test_hostile_files_are_read_apart_and_said_so(steward: Browser, tmp_path: Path) -> None:
    """One batch of them: each is told in its own words, and none keeps the others from being read."""
    files = [(name, content) for name, content, _ in HOSTILE]
    page = read(steward, held(steward, *files, unit="蓬江区", period="2023-09"))
    for name, _, told in HOSTILE:
        section = page[page.index(f'<h2 class="file">{"passwd.txt" if name == "路径.zip" else name}') :]
        assert told in section.partition("</section>")[0], name
    assert steward.get("/intake").status_code == 200
    assert not (tmp_path / "etc").exists()


def test_nothing_of_a_file_is_ever_run_in_the_page(steward: Browser) -> None:
    evil = "<html><script>alert(1)</script><p>蓬江区2023年9月，已完成<img src=x onerror=alert(2)>管网12公里</p></html>"
    name = '"><script>alert(3)</script>.html'
    path = held(steward, (name, evil.encode()), note="<script>alert(4)</script>", unit="蓬江区", period="2023-09")
    page = read(steward, path)
    assert page.count("<script") == 1, "the desk's own"
    assert "onerror=alert" not in page
    assert registered(steward, path).count("<script") == 1


def test_a_name_leads_nowhere(steward: Browser, desk_home: Home) -> None:
    names = {
        "../../../etc/passwd.txt": "passwd.txt", "C:\\temp\\报表.txt": "报表.txt", "/abs/x.txt": "x.txt",
        "a\u202etxt.exe.txt": "a\ufffdtxt.exe.txt", "长" * 300 + ".txt": "长" * 74 + ".txt",
    }  # fmt: skip
    key = held(steward, *((name, SAID.encode()) for name in names)).rpartition("/")[2]
    uploads = intake_store.get(desk_home, key).uploads
    assert [upload.name for upload in uploads] == list(names.values())
    folder = intake_store.inbox(desk_home, key)
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == {
        f"{upload.folder}/{name}" for upload in uploads for name in (upload.name, "submissions.csv")
    }


def test_what_is_no_submission_is_refused_with_one_line_and_the_others_go_on(steward: Browser, desk_home: Home) -> None:
    wrong = {
        "空.txt": (b"", "空.txt: 是空文件（0 字节）"), "病毒.exe": (b"MZ", "病毒.exe: 文件类型是 &#39;exe&#39;，可收"),
        "submissions.csv": (b"file\n", "submissions.csv: 是登记表"), "~$表.docx": (b"x", "~$表.docx: 是临时文件"),
        "无扩展名": (b"x", "无扩展名: 文件类型是 &#39;（无扩展名）&#39;"), ".txt": (b"x", ".txt: 是临时文件"),
    }  # fmt: skip
    for name, (content, line) in wrong.items():
        answer = hand_in(steward, (name, content))
        assert (answer.status_code, line in answer.text) == (422, True), answer.text
    assert held_keys(desk_home) == []
    path = held(steward, *((name, content) for name, (content, _) in wrong.items()), ("好.txt", SAID.encode()))
    page = steward.get(path).text
    assert all(line in page for _, line in wrong.values())
    assert [u.name for u in intake_store.get(desk_home, path.rpartition("/")[2]).uploads] == ["好.txt"]


def test_limits_are_settings_and_each_says_its_line(
    steward: Browser, desk_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUSHI_INTAKE_FILES", "2")
    monkeypatch.setenv("XUSHI_INTAKE_FILE_MEGABYTES", "1")
    monkeypatch.setenv("XUSHI_INTAKE_FORMATS", "txt, .docx")
    key = held(
        steward, ("大.txt", b"x" * 1_048_577), ("一.txt", b"1"), ("表.xlsx", b"x"), ("二.txt", b"2"), ("三.txt", b"3")
    )
    assert intake_store.get(desk_home, key.rpartition("/")[2]).refused == (
        "大.txt: 超过上限，每份 1 MB、每批 200 MB (the file is too large)",
        "表.xlsx: 文件类型是 'xlsx'，可收 docx、txt (kind of file not taken)",
        "三.txt: 一批最多 2 个文件，请分批办理 (too many files at once)",
    )
    monkeypatch.setenv("XUSHI_INTAKE_MEGABYTES", "100")
    before = sorted(p.name for p in (desk_home.intake / "batches").iterdir())
    refused = hand_in(steward, ("巨.txt", b"x" * (102 * 1_048_576)))
    assert refused.status_code == 413
    assert "这一批超过 100 MB，请分批办理" in refused.text
    assert sorted(p.name for p in (desk_home.intake / "batches").iterdir()) == before
    monkeypatch.setenv("XUSHI_INTAKE_FORMATS", "docx,exe")
    assert "exe 不是可读取的文件类型" in steward.get("/intake").text


def test_a_field_that_is_not_valid_says_so_and_holds_nothing(steward: Browser, desk_home: Home) -> None:
    wrong = [
        ("period", "2023-13", "期次填的是 &#39;2023-13&#39;，应为 年-月"),
        ("received_at", "昨天", "收到时间填的是 &#39;昨天&#39;"),
        ("received_at", "2099-01-01T00:00", "不晚于现在"),
        ("unit", "x" * 201, "报送单位 (unit) 应为一行、不超过 200 字"),
        ("note", "一\n二", "备注 (note) 应为一行"),
        ("text", "x" * 200_001, "上限 200000 字"),
    ]
    for field, value, line in wrong:
        answer = hand_in(steward, ("一.txt", SAID.encode()), **{field: value})
        assert (answer.status_code, line in answer.text) == (422, True), answer.text
    assert held_keys(desk_home) == []


def test_viewers_hand_in_nothing_and_a_foreign_form_neither(app: FastAPI, steward: Browser, desk_home: Home) -> None:
    viewer = logged_in(app, "viewer")
    assert viewer.get("/intake").status_code == 403
    assert "收文登记" not in viewer.get("/submissions").text
    files = {"files": ("一.txt", SAID.encode())}
    token = viewer.token("/login")
    assert viewer.client.post("/intake", data={"form_token": token}, files=files).status_code == 403
    assert steward.client.post("/intake", data={"form_token": "0" * 64}, files=files).status_code == 403
    assert held_keys(desk_home) == []
    assert logged_in(app, "publisher").get("/intake").status_code == 200


def test_a_batch_that_is_not_there_is_told(steward: Browser) -> None:
    for key in ("..", "x", "20231012T010000-zzzzzzzzzzzz", "20231012T010000-0123456789ab"):
        assert steward.get(f"/intake/{key}/state").status_code == 404


def test_a_scan_without_ocr_says_that_nothing_was_compared(
    steward: Browser, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.read import scan

    if scan.is_installed():
        pytest.skip("the OCR extra is installed here")
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
    page = read(steward, held(steward, ("盖章件.png", png), unit="蓬江区", period="2023-09", stamped="yes"))
    assert "未能核对，须人工核对" in page
    path = str(re.findall(r'action="(/intake/[^"]+)/register"', page)[0])
    assert "退回" in registered(steward, path)
    (one,) = submissions.find(app.state.desk.engine)
    assert (one.status, one.is_stamped, one.period) == ("rejected", True, "2023-09")
