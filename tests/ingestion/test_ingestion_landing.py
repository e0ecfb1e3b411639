"""Facts become Parquet once; landing again changes nothing; durable ids are given once."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.lake import SCHEMAS, ensure_skeleton, read_kind
from ingestion.pipeline import process
from ingestion.resolve import indicator_id, normalised, resolve_landed, task_id
from registry import crosswalk, runs, submissions
from registry.migrate import upgrade
from tests.ingestion.house import SEEN, STAGES, House, make_house, said

TWO = (
    {"region": "蓬江", "task": "推进养殖尾水治理，蓬江区全年完成0.475万亩", "progress": "285"},
    {"region": "江海區", "task": "推进养殖尾水治理，江海区全年完成0.1万亩。", "progress": "12.5"},
)


def kept(house: House, kind: str) -> list[dict]:
    live = [(r.lake_file or "").replace("facts/", f"{kind}/", 1) for r in runs.live(house.engine)]
    return read_kind(house.lake, kind, live).to_pylist()


def test_every_kind_lands_below_the_registered_period(house: House) -> None:
    house.put("江门市_2023-08.json", said(*TWO, issued_by_city=True))
    (receipt,) = house.run().values()
    (run,) = runs.live(house.engine)
    assert run.lake_file == f"facts/period=2023-08/{receipt.submission_id}.v1.parquet"
    assert (run.item_count, run.fact_count, run.rejection_count) == (2, 2, 1)
    for kind, schema in SCHEMAS.items():
        path = house.lake / run.lake_file.replace("facts/", f"{kind}/", 1)
        assert pq.read_schema(path).equals(schema)
    facts, items = kept(house, "facts"), kept(house, "items")
    assert [(f["submission_id"], f["region"], f["region_code"], f["actual_value"]) for f in facts] == [
        (receipt.submission_id, "蓬江", "440703", Decimal(285)),
        (receipt.submission_id, "江海區", "440704", Decimal("12.5")),
    ]  # fmt: skip
    assert [(i["item_key"], i["task"], i["region_code"], i["issued_by_city"]) for i in items] == [
        ("key-1", TWO[0]["task"], "440703", True), ("key-2", TWO[1]["task"], "440704", True),
    ]  # fmt: skip
    assert kept(house, "rejections")[0]["quote"] == "读不懂"
    assert kept(house, "coverage")[0]["in_fact"] == 2


def test_statements_are_no_items(house: House) -> None:
    house.put("a.json", said({"statement": "空气优良率80.7%"}, {"region": "蓬江区", "task": "t"}, region="蓬江区"))
    house.run()
    assert [i["item_seq"] for i in kept(house, "items")] == [2]


def test_an_item_without_facts_has_a_key_of_its_own(house: House) -> None:
    house.put("a.json", said({"region": "蓬江区", "task": "t"}, {"region": "蓬江区", "task": "u", "progress": "1"}))
    house.run()
    keys = [i["item_key"] for i in kept(house, "items")]
    assert keys[1] == "key-2"
    assert len(set(keys)) == 2


def test_a_row_without_a_region_is_the_sender_s(house: House) -> None:
    house.put("蓬江区_2023-09.json", said({"task": "t", "progress": "1"}))
    house.run()
    assert [f["region_code"] for f in kept(house, "facts")] == ["440703"]


def test_a_masked_sender_that_the_register_names_is_known(house: House) -> None:
    rows = ({"region": "XX市", "task": "t", "progress": "1"}, {"region": "XX区", "task": "t", "progress": "1"})
    house.put("a.json", said(*rows, region="XX市"))
    house.register("a.json,靖江市,2023-09,,,,")
    house.run()
    assert [f["region_code"] for f in kept(house, "facts")] == ["321282", None]
    assert crosswalk.ids(house.engine, "region", "321282") == {}


def test_landing_twice_changes_nothing(house: House) -> None:
    house.put("a.json", said(*TWO, region="江门市"))
    (receipt,) = house.run().values()
    before = house.files()
    (run,) = runs.live(house.engine)
    later = SEEN + timedelta(days=1)
    outcome = process(house.engine, house.lake, receipt.submission_id, STAGES, clock=lambda: later)
    assert outcome.error is None
    assert house.files() == before
    (again,) = runs.live(house.engine)
    assert (again.finished_at, again.lake_sha256) == (run.finished_at, run.lake_sha256)
    assert house.process() == []


def test_a_lost_file_is_landed_again_with_the_same_bytes(house: House) -> None:
    house.put("a.json", said(*TWO, region="江门市"))
    (receipt,) = house.run().values()
    before = {name: digest for name, (digest, _) in house.files().items()}
    for path in (house.lake / "facts").rglob(f"{receipt.submission_id}*"):
        path.write_bytes(b"damaged")
    next((house.lake / "items").rglob(f"{receipt.submission_id}*")).unlink()
    process(house.engine, house.lake, receipt.submission_id, STAGES)
    assert {name: digest for name, (digest, _) in house.files().items()} == before


def test_two_houses_with_the_same_inbox_have_the_same_lake(tmp_path: Path) -> None:
    lakes = []
    for name in "ab":
        (tmp_path / name).mkdir()
        house = make_house(tmp_path / name)
        house.put("a.json", said(*TWO, region="江门市"))
        house.run(SEEN + timedelta(days=ord(name)))
        lakes.append({path: digest for path, (digest, _) in house.files().items()})
        house.engine.dispose()
    assert lakes[0] == lakes[1]


def test_a_new_version_takes_over_and_the_old_file_stays(house: House) -> None:
    house.put("a.json", said(*TWO, region="江门市"))
    house.run()
    before = house.files()
    house.with_version("v2")
    house.run()
    assert [run.extractor_version for run in runs.live(house.engine)] == ["v1"], "no refresh reads history again"
    house.process(again=True)
    (run,) = runs.live(house.engine)
    assert run.extractor_version == "v2"
    assert before.items() <= house.files().items()


@pytest.mark.parametrize("version", ["", "a/b", "../x", "版本", "a b", "x" * 65])
def test_a_version_that_is_no_file_name_is_refused(house: House, version: str) -> None:
    house.put("a.json", said())
    house.with_version(version)
    (receipt,) = house.receive().values()
    with pytest.raises(ValueError, match="no place in the lake"):
        process(house.engine, house.lake, receipt.submission_id, house.stages)


def test_a_rule_that_fails_is_one_submission_s_problem_and_tried_again(house: House) -> None:
    house.put("a_蓬江区_2023-09.json", said())
    house.put("b_江海区_2023-09.json", said({"region": "江海区", "task": "t", "progress": "不是数"}))
    receipts = house.receive()
    outcomes = {o.file_name: o for o in house.process()}
    assert outcomes["a_蓬江区_2023-09.json"].error is None
    assert "下次运行会重试" in (outcomes["b_江海区_2023-09.json"].error or "")
    failed = house.submission(receipts["b_江海区_2023-09.json"])
    assert (failed.status, failed.rejection_reason) == ("rejected", "internal_error")
    assert [s.submission_id for s in submissions.pending(house.engine, "v1")] == [failed.submission_id]


@pytest.mark.parametrize("stage", ["land", "resolve", "runs.succeed"])
def test_a_way_that_was_cut_short_is_walked_again(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    house.put("a.json", said(*TWO, region="江门市"))
    house.receive()

    def killed(*args: object, **kwargs: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(f"ingestion.pipeline.{stage}", killed)
        with pytest.raises(OSError, match="killed"):
            house.process()
    assert runs.live(house.engine) == []
    (outcome,) = house.process()
    assert outcome.fact_count == 2
    (tmp_path / "clean").mkdir()
    clean = make_house(tmp_path / "clean")
    clean.put("a.json", said(*TWO, region="江门市"))
    clean.run()
    assert {k: v[0] for k, v in house.files().items()} == {k: v[0] for k, v in clean.files().items()}
    assert crosswalk.ids(house.engine, "task") == crosswalk.ids(clean.engine, "task")
    clean.engine.dispose()


def test_an_original_that_is_gone_is_a_clear_failure(house: House) -> None:
    house.put("a.json", said())
    (receipt,) = house.receive().values()
    for path in (house.lake / "originals").rglob("*"):
        if path.is_file():
            path.unlink()
    (outcome,) = house.process()
    assert outcome.submission_id == receipt.submission_id
    assert "原件" in (outcome.error or "")


def test_a_figure_beyond_the_lake_s_decimals_becomes_a_rejection(house: House) -> None:
    long = "1" + "0" * 18
    rows = (
        {"region": "蓬江区", "task": "t", "progress": long},
        {"region": "蓬江区", "task": "t", "progress": "0.12345678"},
    )
    house.put("a.json", said(*rows))
    house.run()
    assert [f["actual_value"] for f in kept(house, "facts")] == [Decimal("0.123457")]
    assert [(r["quote"], r["reason"]) for r in kept(house, "rejections")] == [
        ("读不懂", "no_rule"), (long, "figure_out_of_range"),
    ]  # fmt: skip


# durable ids


def test_names_get_their_ids_once(house: House) -> None:
    house.put("a.json", said(*TWO, region="江门市"))
    (receipt,) = house.run().values()
    assert crosswalk.ids(house.engine, "region", "440700@2023-04-03") == {"蓬江": "440703", "江海區": "440704"}
    tasks = crosswalk.ids(house.engine, "task")
    assert set(tasks) == {TWO[0]["task"], TWO[1]["task"]}
    assert len(set(tasks.values())) == 1
    assert crosswalk.ids(house.engine, "indicator") == {"完成面积": indicator_id("完成面积")}
    assert house.submission(receipt).region_context == "440700"


def test_a_name_has_the_code_of_its_documents_time(house: House) -> None:
    """One wording in two times: both stand in the crosswalk, each document's rows point at their own."""
    old, new = ({"region": "沙县", "task": "治理甲河", "progress": p} for p in ("1", "2"))
    house.put("三明市_2019-12.json", said(old, region="三明市", as_of="2019-12-31"))
    house.put("三明市_2023-09.json", said(new, region="三明市"))
    house.run()
    found = {row["region_context"]: row["region_code"] for row in kept(house, "items")}
    assert found == {"350400@2019-12-01": "350427", "350400@2023-04-03": "350405"}
    for context, code in found.items():
        assert crosswalk.ids(house.engine, "region", context) == {"沙县": code}


@pytest.mark.parametrize(("period", "code"), [("2019-12", "350427"), ("2023-09", "350405")])
def test_a_sender_has_the_code_of_its_documents_time(house: House, period: str, code: str) -> None:
    house.put(f"福建省三明市沙县_{period}.json", said({"task": "治理甲河", "progress": "1"}, as_of=None))
    (receipt,) = house.run().values()
    found = house.submission(receipt)
    assert (found.region_code, found.region_context) == (code, code)
    assert [row["region_code"] for row in kept(house, "items")] == [code]


def test_a_lake_of_an_older_version_is_read_with_its_new_columns(house: House) -> None:
    """A file without the context stands beside new ones; the empty files carry the schema of now."""
    house.put("a.json", said(*TWO, region="江门市"))
    house.run()
    (run,) = runs.live(house.engine)
    names = ((run.lake_file or "").replace("facts/", "items/", 1), "items/period=0000-00/empty.parquet")
    old = [house.lake / name for name in names]
    for path in old:
        pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["region_context"]), path)
    ensure_skeleton(house.lake)
    assert pq.read_schema(old[1]).equals(SCHEMAS["items"])
    assert [(row["region_code"], row["region_context"]) for row in kept(house, "items")] == [
        ("440703", None), ("440704", None),
    ]  # fmt: skip


def test_an_unresolved_name_is_not_recorded(house: House) -> None:
    house.put("a.json", said({"region": "XX区", "task": "t", "progress": "1"}, region="XX市"))
    house.run()
    assert crosswalk.ids(house.engine, "region", "@2023-04-03") == {}
    assert [f["region_code"] for f in kept(house, "facts")] == [None]


@pytest.mark.parametrize(
    "wordings",
    [
        ("2023年12月10日前完成养殖尾水治理0.475万亩", "2024年6月底前完成养殖尾水治理1.2万亩"),
        ("深化工业挥发性有机物（VOCs）治理", "深化工业挥发性有机物(VOCs)治理。"),
        ("持續推進重點領域補短板投資", "持续推进重点领域补短板投资"),
        ("蓬江区完成 30 家企业整治", "江海区完成35家企业整治"),
        ("江门市蓬江区雨污分流", "雨污分流"),
        ("ＰＭ２.５年均浓度", "PM2.5年均浓度"),
        ("资金执行率达到60%", "资金执行率达到100％"),
    ],
)
def test_one_task_however_it_is_written(wordings: tuple[str, str]) -> None:
    assert task_id(wordings[0]) == task_id(wordings[1])


@pytest.mark.parametrize(
    "wordings",
    [("PM2.5年均浓度", "PM10年均浓度"), ("NO2浓度", "O3浓度"), ("养殖尾水治理", "养殖尾水监测"), ("2023年", "2024年"),
     ("30%", "40%"), ("省级专项资金", "市级专项资金"), ("东方市", "西方")],
)  # fmt: skip
def test_different_tasks_stay_apart(wordings: tuple[str, str]) -> None:
    assert task_id(wordings[0]) != task_id(wordings[1])


def test_ids_have_their_form_and_never_change() -> None:
    assert normalised("2023年12月底前，蓬江区完成VOCs整治30家（含PM2.5）") == "完成VOCs整治家含PM2.5".replace(".", "")
    assert (task_id("雨污分流")[0], len(task_id("雨污分流"))) == ("T", 13)
    # fixed for ever: a change of these would orphan every crosswalk that exists
    assert task_id("推进养殖池塘升级改造和尾水治理") == "Td176d5ed3c0d"
    assert indicator_id("PM2.5年均浓度") == "I9935e3b18134"


@given(st.text(min_size=1, max_size=60))
def test_any_wording_has_an_id(wording: str) -> None:
    assert task_id(wording) == task_id(wording)
    assert normalised(wording) or not wording.strip()


# many files, any order, many processes

VARIANTS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 3), st.sampled_from(["", "0", "1", "2"]), st.sampled_from(["all", "rows"])
    ),
    min_size=1, max_size=5, unique_by=lambda v: v[0],
)  # fmt: skip


def _live_after(folder: Path, variants: list, order: list[int], twice: bool) -> set[tuple]:
    """What counts after the files arrived in an order, each known to the register."""
    folder.mkdir()
    house = make_house(folder)
    lines: list[str] = []
    for n in order:
        content, day, revision, replaces = variants[n]
        house.put(f"{content}.json", said(title=f"第{content}稿"))
        lines.append(f"{content}.json,蓬江区,2023-09,2023-10-0{day + 1},{revision},{replaces},")
        house.register(*lines)
        house.run()
        if twice:
            house.run()
    found = {(s.title, s.revision) for s in submissions.find(house.engine) if s.superseded_by is None}
    found |= {tuple(sorted(r.lake_file for r in runs.live(house.engine)))}
    house.engine.dispose()
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VARIANTS, st.data())
def test_revisions_in_any_order_and_twice_leave_the_same(tmp_path_factory, variants: list, data) -> None:
    folder = tmp_path_factory.mktemp("orders")
    orders = [data.draw(st.permutations(range(len(variants)))) for _ in range(2)]
    assert _live_after(folder / "a", variants, orders[0], False) == _live_after(folder / "b", variants, orders[1], True)


def _receive_and_process(folder: str) -> int:
    house = House(Path(folder) / "inbox", Path(folder) / "lake", upgrade(f"sqlite:///{folder}/registry.sqlite"))
    new = sum(r.is_new for r in house.receive().values())
    for submission in submissions.find(house.engine):
        if submission.status != "rejected":
            process(house.engine, house.lake, submission.submission_id, house.stages, clock=lambda: SEEN)
    house.engine.dispose()
    return new


def test_processes_on_one_inbox_do_the_work_once(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    for n, unit in enumerate(["蓬江区", "江海区", "新会区", "台山市"]):
        house.put(f"{unit}_2023-09.json", said({"region": unit, "task": f"任务{n}", "progress": str(n)}))
    house.put("坏.json", b"broken")
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        new = list(pool.map(_receive_and_process, [str(tmp_path)] * 3))
    assert sum(new) == 5
    assert len(runs.live(house.engine)) == 4
    assert sorted(f["actual_value"] for f in kept(house, "facts")) == [0, 1, 2, 3]
    assert resolve_landed(house.engine, house.lake, at=SEEN) == 4
    assert set(crosswalk.ids(house.engine, "task")) == {f"任务{n}" for n in range(4)}
    assert list(house.lake.rglob(".*.part")) == []
    house.engine.dispose()
