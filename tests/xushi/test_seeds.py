"""What the five real documents must publish (skips, saying so, where they are not at hand)."""

from __future__ import annotations

from tests.xushi.conftest import Rows

DISTRICTS = {"蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市"}


def items_by_district(seeds: Rows, as_of: str) -> dict[str, int]:
    found = seeds(f"""
        select r.name, count(distinct p.item_key) as items
        from fct_task_progress as p
        inner join dim_region as r on r.region_key = p.region_key
        where p.as_of_date = date '{as_of}' and p.is_current
        group by r.name
    """)
    return {row["name"]: row["items"] for row in found if row["name"] in DISTRICTS}


def test_the_lag_table_publishes_24_items_in_seven_districts(seeds: Rows) -> None:
    assert items_by_district(seeds, "2023-09-30") == {
        "蓬江区": 2, "江海区": 4, "新会区": 1, "台山市": 5, "开平市": 4, "鹤山市": 2, "恩平市": 6,
    }  # fmt: skip


def test_the_assessment_table_publishes_35_items_five_a_district(seeds: Rows) -> None:
    assert items_by_district(seeds, "2020-06-30") == dict.fromkeys(DISTRICTS, 5)


def test_the_completion_list_publishes_ten_items_of_the_province(seeds: Rows) -> None:
    found = seeds("""
        select count(distinct p.item_key) as items
        from fct_task_progress as p
        inner join dim_region as r on r.region_key = p.region_key
        where r.region_code = '320000' and p.as_of_date = date '2023-12-31'
    """)
    assert found == [{"items": 10}]


def test_the_narratives_publish_their_indicators(seeds: Rows) -> None:
    jingjiang = seeds("""
        select f.value, f.unit from fct_indicator as f
        inner join dim_region as r on r.region_key = f.region_key
        where r.region_code = '321282' and f.indicator like '%PM2.5%' and not f.is_plan and f.value is not null
    """)
    assert any(float(row["value"]) == 35.5 for row in jingjiang)
    masked = seeds("""
        select count(*) as n from fct_indicator as f
        inner join dim_region as r on r.region_key = f.region_key
        where r.region_code = 'UNKNOWN'
    """)
    assert masked[0]["n"] > 100


def test_the_masked_city_is_an_incident_and_outside_the_lag_table(seeds: Rows) -> None:
    assert seeds("select 1 from fct_incident where check_id = 'region_unresolved' and state = 'new'")
    assert not seeds("select 1 from mart_lag_table where region_code = 'UNKNOWN'")


def test_every_lagging_requirement_says_why_and_quotes_its_cell(seeds: Rows) -> None:
    lagging = seeds("""
        select p.lag_reason_zh, p.lag_reason_en, p.source_quote, p.source_locator, r.name
        from fct_task_progress as p inner join dim_region as r on r.region_key = p.region_key
        where p.is_lagging and p.is_current
    """)
    assert {row["name"] for row in lagging} == DISTRICTS
    assert all(row["lag_reason_zh"] and row["lag_reason_en"] for row in lagging)
    assert all(row["source_quote"] and row["source_locator"].startswith("table 1/row ") for row in lagging)


def test_evidence_leads_back_to_the_characters_of_the_original(seeds: Rows, shared_dir) -> None:  # type: ignore[no-untyped-def]
    texts = {path.name: path.read_text("utf-8") for path in (shared_dir / "seeds").glob("*.txt")}
    evidence = seeds("""
        select d.file_name, b.quote, b.char_start, b.char_end
        from bridge_progress_evidence as b inner join dim_document as d on d.document_key = b.document_key
    """)
    assert len(evidence) > 300
    assert all(texts[e["file_name"]][e["char_start"] : e["char_end"]] == e["quote"] for e in evidence)


def test_city_issued_verdicts_load_as_determined_and_expect_no_submission(seeds: Rows) -> None:
    verdicts = seeds("""
        select count(reported_status) filter (where reported_status <> 'unknown') as reported,
               count(determined_status) as determined
        from fct_task_progress where as_of_date in (date '2023-09-30', date '2020-06-30')
    """)
    assert verdicts[0]["reported"] == 0
    assert verdicts[0]["determined"] > 50
    assert not seeds("select 1 from fct_submission where status = 'missing'")
