"""Random districts with coherent figures for soak runs and benchmarks: the shared tasks, any months, any districts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ingestion.regions import all_regions
from samples.load import end_of, expectation_of, filings_of, load_common
from samples.model import Samples

Raw = dict[str, Any]
FIRST_YEAR = 2021
_FORMATS = (("docx", "plain"), ("xlsx", "with_lead_unit"), ("html", "by_region"), ("txt", "plain"))
_HOME_CITY = "4407"


def synthetic(seed: int, months: int, districts: int) -> Samples:
    """Filings of the first `districts` counties for `months` months from January 2021; the same for the same seed.

    Counts grow within a campaign year and begin anew in January. Raises ValueError where there are too few counties.
    """
    chance = random.Random(seed)  # noqa: S311 — figures, not secrets
    common = load_common()
    periods = [f"{FIRST_YEAR + m // 12}-{m % 12 + 1:02d}" for m in range(months)]
    truths = [_district(chance, number, region, periods) for number, region in enumerate(_counties(districts))]
    return Samples(
        filings=tuple(f for truth in truths for f in filings_of(truth, common)),
        expectations=tuple(expectation_of(truth, period, common) for truth in truths for period in periods),
    )


def _counties(count: int) -> list[tuple[str, str]]:
    """Code and name of counties, the seven of the sample city first; each name once."""
    counties = [r for r in all_regions().values() if r.level == "county" and r.is_current]
    counties.sort(key=lambda r: (not r.code.startswith(_HOME_CITY), r.code))
    by_name = {r.name: r.code for r in reversed(counties)}
    found = [(r.code, r.name) for r in counties if by_name[r.name] == r.code][:count]
    if len(found) < count:
        raise ValueError(f"{count} districts asked, {len(found)} known")
    return found


def _district(chance: random.Random, number: int, region: tuple[str, str], periods: list[str]) -> Raw:
    code, name = region
    kind, layout = _FORMATS[number % len(_FORMATS)]
    chosen = chance.sample(list(_TASKS.items()), k=chance.randint(4, len(_TASKS)))
    return {
        "reporting_unit": name,
        "region_code": code,
        "family": "assessment_table",
        "title": f"{name}{{year}}年重点任务进展情况表（1-{{month}}月）",
        "subtitle": None,
        "layout": layout,
        "format": kind,
        "filings": {p: _filing(chance, name, kind, p) for p in periods},
        "tasks": [{"key": key, **task(chance, periods)} for key, task in chosen],
    }


def _filing(chance: random.Random, name: str, kind: str, period: str) -> Raw:
    end = end_of(period)
    received = datetime(end.year, end.month, end.day, 9, tzinfo=UTC) + timedelta(hours=chance.randint(10, 190))
    file = f"{name}{period[:4]}年{int(period[-2:])}月重点任务进展情况表.{kind}"
    return {"file": file, "received_at": received, "channel": "公文系统"}


def _growing(chance: random.Random, periods: list[str], total: int) -> Iterator[tuple[str, int]]:
    """A count that grows from January to December of each year, up to some share of the total, 0 at first."""
    done = 0
    for period in periods:
        done = 0 if period.endswith("-01") else min(total, done + chance.randint(0, total // 6))
        yield period, done


def _percent(done: int, total: int, digits: str = "0.1") -> Decimal:
    return (Decimal(100 * done) / total).quantize(Decimal(digits), ROUND_HALF_UP)


def _status(percent: Decimal) -> str:
    return "按进度推进" if percent >= 75 else "基本按进度推进" if percent >= 40 else "进度滞后"


def _pond(chance: random.Random, periods: list[str]) -> Raw:
    area = chance.randint(20, 300) * 100  # 亩
    progress: dict[str, list[Raw]] = {}
    for period, done in _growing(chance, periods, area):
        percent = _percent(done, area, "0.01")
        counted = {"actual_value": done, "unit": "亩", "count_role": "done"}
        rated = {"percent": percent, "percent_kind": "completion"}
        text = "{status}。截至{month}月底，累计改造{0.actual_value}亩，完成率{0.percent}%。"
        progress[period] = [{"text": text, "status": _status(percent), "facts": [counted | rated]}]
    return {"like": "pond", "figures": {"area": Decimal(area) / 10000}, "progress": progress}


def _villages(chance: random.Random, periods: list[str]) -> Raw:
    asked = chance.randint(20, 400)
    progress: dict[str, list[Raw]] = {}
    for period, done in _growing(chance, periods, asked):
        percent = _percent(done, asked)
        counted = {"actual_value": done, "unit": "个", "count_role": "done"}
        rated = {"percent": percent, "percent_kind": "completion"}
        text = "{status}。截至{month}月底，累计{0.actual_value}个自然村完成治理，任务完成率{0.percent}%。"
        progress[period] = [{"sub": "(2)", "text": text, "status": _status(percent), "facts": [counted | rated]}]
    figures = {"villages": asked, "coverage": chance.randint(40, 95)}
    return {"like": "villages", "figures": figures, "progress": progress}


def _vocs(chance: random.Random, periods: list[str]) -> Raw:
    listed, added = chance.randint(5, 40), chance.randint(12, 60)
    text = "{status}。{0.target_value}家{kind}企业中，完成整治{1.actual_value}家，关停{2.actual_value}家。"
    parts: dict[str, list[Raw]] = {period: [] for period in periods}
    for sub, kind, total in (("(1)", "县级名录", listed), ("(2)", "新增重点", added)):
        closed = chance.randint(0, total // 4)
        for period, done in _growing(chance, periods, total - closed):
            facts: list[Raw] = [{"target_value": total, "target_unit": "家", "count_role": "total"}]
            for value, role in ((done, "done"), (closed, "closed")):
                facts.append({"actual_value": value, "unit": "家", "count_role": role})
            status = _status(_percent(done + closed, total))
            parts[period].append({"sub": sub, "text": text.replace("{kind}", kind), "status": status, "facts": facts})
    return {"like": "vocs", "figures": {"listed": listed, "added": added}, "progress": parts}


_FUNDS = (("{last_year}", "(1)"), ("{year} province_up", "(2)"), ("{year} city", "(2)"))


def _funds(chance: random.Random, periods: list[str]) -> Raw:
    text = (
        "{status}。截至{month}月底，{last_year}年度专项资金执行率{0.actual_value}%；"
        "{year}年度省级以上资金执行率{1.actual_value}%，市级资金执行率{2.actual_value}%。"
    )
    rates = [list(_growing(chance, periods, 10000)) for _ in range(3)]
    progress: dict[str, list[Raw]] = {}
    for period, *values in zip(periods, *([value for _, value in rate] for rate in rates), strict=True):
        facts = [
            {"scope": scope, "actual_value": Decimal(value) / 100, "unit": "%", "answers": answers}
            for value, (scope, answers) in zip(values, _FUNDS, strict=True)
        ]
        progress[period] = [{"text": text, "status": "未按进度完成", "facts": facts}]
    return {"like": "funds", "progress": progress}


def _compensation(chance: random.Random, periods: list[str]) -> Raw:
    progress: dict[str, list[Raw]] = {}
    for period, done in _growing(chance, periods, 6):
        text, status = "{status}。尚无进入磋商的案件。", "进度滞后"
        fact: Raw = {"is_stated_zero": True}
        if done:
            text, status = "{status}。累计办理磋商案件{0.actual_value}宗。", "按进度推进"
            fact = {"actual_value": done, "unit": "宗", "count_role": "done"}
        progress[period] = [{"text": text, "status": status, "facts": [fact]}]
    return {"like": "compensation", "figures": {"cases": chance.randint(1, 4)}, "progress": progress}


_TASKS: dict[str, Callable[[random.Random, list[str]], Raw]] = {
    "funds": _funds,
    "pond": _pond,
    "villages": _villages,
    "vocs": _vocs,
    "compensation": _compensation,
}
