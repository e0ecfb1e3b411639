"""An Airflow that is busy while its services start is asked again; what it refuses for good is one line."""

from __future__ import annotations

import httpx
import pytest

from xushi import orchestrate
from xushi.orchestrate import Airflow, OrchestrationError, dag_ids


def answering(monkeypatch: pytest.MonkeyPatch, *answers: int) -> list[str]:
    """An Airflow that gives these answers and then always 200; the places that were asked."""
    asked: list[str] = []
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(left.pop(0) if left else 200, json={"detail": "said so"})

    monkeypatch.setattr(orchestrate, "_POLL_SECONDS", 0)
    monkeypatch.setattr(
        Airflow, "client", lambda _: httpx.Client(transport=httpx.MockTransport(answer), base_url="http://airflow")
    )
    return asked


def test_busy_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, 200, 200, 500)
    Airflow("http://airflow", "secret").prepare(keeps=True)
    assert asked[-len(dag_ids()) :] == [f"/dags/{name}" for name in dag_ids()]


@pytest.mark.parametrize(("answers", "seconds"), [((403,), 120), ((500,) * 9, -1)])
def test_refused_for_good(monkeypatch: pytest.MonkeyPatch, answers: tuple[int, ...], seconds: float) -> None:
    answering(monkeypatch, *answers)
    monkeypatch.setattr(orchestrate, "_SETTLE_SECONDS", seconds)
    with pytest.raises(OrchestrationError, match="said so"):
        Airflow("http://airflow", "secret").prepare(keeps=True)
