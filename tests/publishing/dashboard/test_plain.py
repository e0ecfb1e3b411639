"""What the pages load is script that holds data and nothing else."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from publishing.dashboard.plain import plain, script, table


def test_values_become_what_json_has() -> None:
    assert plain(Decimal("94.410000")) == 94.41
    assert plain(Decimal("75.000000")) == 75
    assert isinstance(plain(Decimal("75.000000")), int)
    assert plain(None) is None, "nothing stays nothing, never zero"
    assert plain(date(2023, 9, 30)) == "2023-09-30"
    assert plain(datetime(2023, 10, 5, 8, 48)) == "2023-10-05T08:48:00"  # noqa: DTZ001 (as the snapshot has it)
    assert plain({"a": [Decimal("0.5"), ("x",)]}) == {"a": [0.5, ["x"]]}


def test_names_of_columns_stand_once() -> None:
    assert table(("a", "b"), [(1, Decimal("2.5")), (None, "三")]) == {
        "columns": ["a", "b"],
        "rows": [[1, 2.5], [None, "三"]],
    }


@given(st.text())
def test_a_text_survives_and_ends_no_script(text: str) -> None:
    written = script("x", "b", text)
    assert "<" not in written
    assert not {"\u2028", "\u2029"} & set(written)
    assert json.loads(f"[{written[len('XUSHI.put(') : -3]}]") == ["x", "b", text]
