"""What is written down holds no secret: of settings, of URLs, of headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xushi.redaction import MASK, redact, redacted, secrets_of, tokens_of_url


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("postgresql+psycopg://xushi:Tr0ub4dor@db:5432/registry refused", "Tr0ub4dor", "db:5432/registry refused"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx", "693a91f6-7xxx", "qyapi.weixin.qq.com"),
        ("https://oapi.dingtalk.com/robot/send?access_token=BEAD99&x=1", "BEAD99", "oapi.dingtalk.com"),
        ("Authorization: Bearer abc.def-ghi", "abc.def-ghi", "Authorization"),
        ("{'password': 'hunter2hunter2'}", "hunter2hunter2", "password"),
        ("password=hunter2hunter2;host=db", "hunter2hunter2", "host=db"),
    ],
)
def test_secrets_leave_and_the_rest_stays(text: str, gone: str, kept: str) -> None:
    told = redact(text)
    assert gone not in told
    assert kept in told
    assert MASK in told


@pytest.mark.parametrize(
    "text",
    [
        "2023-09 蓬江区 完成 21 亩",
        "http://127.0.0.1:8080/xushi/incidents/ab12",
        "key points: 5分",
        "table 1/row 3/cell 5",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_values_of_secret_settings_are_known_wherever_they_turn_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "marked-jwt-secret")
    monkeypatch.setenv("XUSHI_SERVING_URL", "postgresql://xushi:marked%2Fserving@db/serving")
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_ALGORITHM", "HS512-as-said")
    told = redact("marked-jwt-secret, marked%2Fserving, marked/serving, HS512-as-said")
    assert told == f"{MASK}, {MASK}, {MASK}, HS512-as-said"


def test_a_file_that_holds_a_secret_is_no_secret_itself() -> None:
    assert secrets_of({"XUSHI_PASSWORD_FILE": "/run/secrets/postgres", "TOKEN_ALGORITHM": "HS512HS512"}) == set()


def test_any_part_of_a_notifications_address_is_taken_for_a_secret_but_its_host() -> None:
    found = tokens_of_url("mailto://clerk:s3cretword@mail.bureau.gov.cn/?to=director@bureau.gov.cn")
    assert {"s3cretword", "director"} <= found
    assert "mail.bureau.gov.cn" not in found


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N")), min_size=6), st.text(), st.text())
def test_a_password_in_a_url_never_survives(password: str, before: str, after: str) -> None:
    told = redact(f"{before} postgresql://u:{password}@h/d {after}")
    assert f":{password}@" not in told


def test_records_are_redacted_at_every_depth() -> None:
    record = {"a": ["x://u:secretpw@h", {"b": ("token=abcdefgh", 3, None)}]}
    assert redacted(record) == {"a": [f"x://u:{MASK}@h", {"b": [f"token={MASK}", 3, None]}]}
