"""A region that no name resolved: withheld, named at the desk, published in its place from the next refresh on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from registry import audit, incidents
from review.server import desk_alone
from tests.review.conftest import logged_in, people
from tests.review.test_trials import tried
from tests.xushi.conftest import refreshed, rows_of
from xushi.home import Home

#: A trial and three refreshes of one small table.
TABLE = """<html><body><h1>江门市2023年9月重点任务进展情况表</h1><table>
<tr><th>序号</th><th>区域</th><th>主要任务</th><th>工作内容及要求</th><th>工作进展情况</th></tr>
<tr><td>1</td><td>蓬江区</td><td>排污口整治</td><td>2023年12月底前完成整治20个排污口。</td><td>按进度推进。已完成整治16个。</td></tr>
<tr><td>2</td><td>东部片区</td><td>排污口整治</td><td>2023年12月底前完成整治10个排污口。</td><td>按进度推进。已完成整治8个。</td></tr>
</table></body></html>"""
REGISTER = """file,reporting_unit,period,received_at,revision,replaces,channel
九月.html,江门市,2023-09,2023-10-08T09:00:00+08:00,0,all,公文系统
"""
ROWS = (
    "select r.region_code, p.publication_status, p.actual_value from fct_task_progress as p"
    " left join dim_region as r using (region_key) where p.is_current order by p.actual_value desc nulls last"
)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "九月.html").write_text(TABLE, encoding="utf-8")
    (folder / "submissions.csv").write_text(REGISTER, encoding="utf-8")
    return folder


@pytest.fixture
def placed_app(inbox: Path, tmp_path: Path) -> Iterator[FastAPI]:
    home = Home(tmp_path / "home")
    assert refreshed(home.root, inbox).error is None
    app = desk_alone(home)
    people(app.state.desk)
    yield app
    app.state.desk.engine.dispose()


def test_a_steward_says_which_division_is_meant(placed_app: FastAPI, inbox: Path, tmp_path: Path) -> None:
    engine, home = placed_app.state.desk.engine, tmp_path / "home"
    (incident,) = [i for i in incidents.open_incidents(engine) if i.check_id == "region_unresolved"]
    assert "under_review" in {row["publication_status"] for row in rows_of(home)(ROWS)}
    path, publisher = f"/incidents/{incident.incident_id}", logged_in(placed_app, "publisher")
    form = {"kind": "place", "comment": "来函说明东部片区即江海区", "version": incident.version}
    assert logged_in(placed_app, "steward").post(f"{path}/trial", value="江海区", **form).status_code == 403
    assert "请填写行政区划" in publisher.post(f"{path}/trial", value="", **form).text
    assert "江海区" in publisher.get(path).text
    trial = tried(publisher, path, value="江海区", **form)
    assert "办结" in publisher.get(trial).text
    assert incidents.get(engine, incident.incident_id).state == "new", "nothing was kept yet"
    assert publisher.post(f"{trial}/keep").status_code == 303
    assert refreshed(home, inbox).error is None
    closed = incidents.get(engine, incident.incident_id)
    assert (closed.state, closed.resolution) == ("resolved", "agreed")
    published = [(r["region_code"], r["publication_status"], int(r["actual_value"])) for r in rows_of(home)(ROWS)]
    assert published == [("440703", "published", 16), ("440704", "published", 8)]
    (entry,) = [e for e in audit.latest(engine, limit=20) if e.action == "place"]
    assert (entry.actor, entry.note) == ("publisher", "来函说明东部片区即江海区")
