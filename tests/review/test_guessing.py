"""Guessing passwords is bounded: by name and address, alike for names that nobody has, and mistyping costs nothing."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from hypothesis import given
from hypothesis import strategies as st

from review.guessing import TOLD, TRIES, TRIES_OF_ADDRESS, TRIES_OF_NAME, WAIT_SECONDS, BoundLogins, Guard
from tests.review.conftest import Browser

RIGHT = "correct horse 序时"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tries(guard: Guard, name: str, address: str, count: int) -> list[bool]:
    return [guard.begin(name, address) for _ in range(count)]


def test_a_name_from_an_address_waits_and_may_try_again() -> None:
    clock = Clock()
    guard = Guard(clock)
    assert tries(guard, "wangwu", "10.0.0.1", TRIES + 2) == [True] * TRIES + [False] * 2
    assert guard.begin("wangwu", "10.0.0.2"), "who has the password elsewhere is not shut out"
    clock.now += WAIT_SECONDS + 1
    assert guard.begin("wangwu", "10.0.0.1")


@pytest.mark.parametrize("other", ["WangWu", " wangwu ", "WANGWU"])
def test_a_name_written_otherwise_is_the_same_name(other: str) -> None:
    guard = Guard(Clock())
    tries(guard, "wangwu", "10.0.0.1", TRIES)
    assert not guard.begin(other, "10.0.0.1")


def test_many_names_from_one_address_and_one_name_from_many_are_bounded_too() -> None:
    guard = Guard(Clock())
    names = [guard.begin(f"user{n}", "10.0.0.1") for n in range(TRIES_OF_ADDRESS + 1)]
    assert names == [True] * TRIES_OF_ADDRESS + [False]
    addresses = [guard.begin("zhangsan", f"10.1.{n // 250}.{n % 250}") for n in range(TRIES_OF_NAME + 1)]
    assert addresses == [True] * TRIES_OF_NAME + [False]


def test_the_right_password_begins_anew_and_programs_that_log_in_often_are_let_in() -> None:
    guard = Guard(Clock())
    for _ in range(TRIES_OF_ADDRESS * 3):
        assert guard.begin("service", "10.0.0.1")
        guard.succeeded("service", "10.0.0.1")
    assert tries(guard, "service", "10.0.0.1", TRIES) == [True] * TRIES


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 9)), max_size=400))
def test_in_any_order_of_tries_the_bounds_hold_as_counted_by_hand(events: list[tuple[str, str, int]]) -> None:
    guard = Guard(Clock())
    pair: Counter[tuple[str, str]] = Counter()
    address_wrong: Counter[str] = Counter()
    name_wrong: Counter[str] = Counter()
    for name, address, luck in events:
        expected = (pair[name, address] < TRIES and address_wrong[address] < TRIES_OF_ADDRESS
                    and name_wrong[name] < TRIES_OF_NAME)  # fmt: skip
        assert guard.begin(name, address) is expected
        if expected and luck == 0:
            guard.succeeded(name, address)
            pair[name, address] = 0
        elif expected:
            pair[name, address] += 1
            address_wrong[address] += 1
            name_wrong[name] += 1


def airflow() -> FastAPI:
    """Logins as Airflow answers them: a token for programs, a redirect either way for the form."""
    app = FastAPI()

    @app.post("/auth/token")
    async def token(request: Request) -> Response:
        try:
            read = json.loads(await request.body())
        except ValueError:
            read = None
        read = read if isinstance(read, dict) else {}
        if read.get("password") == "breaks":
            return Response("broken", 500)
        return Response("{}", 201 if read.get("password") == RIGHT else 401)

    @app.post("/auth/login/")
    async def form(request: Request) -> Response:
        is_right = (await request.form()).get("password") == RIGHT
        answer = Response("", 302, {"location": "/" if is_right else "/auth/login/"})
        answer.set_cookie("_token", "jwt" if is_right else "")
        return answer

    @app.post("/elsewhere")
    async def elsewhere() -> Response:
        return Response("", 401)

    return app


def posted(guard: Guard, path: str, count: int = 1, address: str = "10.0.0.1", **sent: Any) -> list[httpx.Response]:
    async def post() -> list[httpx.Response]:
        transport = httpx.ASGITransport(BoundLogins(airflow(), guard), client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://airflow") as client:
            return list(await asyncio.gather(*(client.post(path, **sent) for _ in range(count))))

    return asyncio.run(post())


def statuses(answers: list[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_airflows_token_is_bounded_even_for_many_at_once() -> None:
    guard = Guard()
    wrong = {"username": "admin", "password": "guess"}
    answers = posted(guard, "/auth/token", 50, json=wrong)
    assert statuses(answers) == [401] * TRIES + [429] * (50 - TRIES)
    refused = posted(guard, "/auth/token", json={"username": "admin", "password": RIGHT})[0]
    assert (refused.status_code, refused.json()["detail"], refused.headers["retry-after"]) == (429, TOLD, "300")
    assert statuses(posted(guard, "/auth/token", json={"username": "other", "password": RIGHT})) == [201]
    assert statuses(posted(guard, "/elsewhere", 20)) == [401] * 20


def test_a_name_that_nobody_has_is_answered_alike() -> None:
    told = {
        name: [(a.status_code, a.text) for a in posted(Guard(), "/auth/token", 12, json={"username": name})]
        for name in ("admin", "nobody", "")
    }
    assert told["admin"] == told["nobody"] == told[""]


def test_airflows_form_is_bounded_and_a_person_is_told_in_words() -> None:
    guard = Guard()
    form = {"username": "admin", "password": "guess"}
    assert statuses(posted(guard, "/auth/login/", TRIES, data=form)) == [302] * TRIES
    refused = posted(guard, "/auth/login/", data=form, headers={"accept": "text/html"})[0]
    assert (refused.status_code, refused.text) == (429, TOLD)
    other = Guard()
    posted(other, "/auth/login/", TRIES - 1, data=form)
    assert posted(other, "/auth/login/", data={**form, "password": RIGHT})[0].headers["location"] == "/"
    assert statuses(posted(other, "/auth/login/", TRIES, data=form)) == [302] * TRIES


def test_an_error_of_the_server_counts_for_nobody() -> None:
    guard = Guard()
    for _ in range(TRIES_OF_ADDRESS + 1):
        assert statuses(posted(guard, "/auth/token", json={"username": "b", "password": "breaks"})) == [500]


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff\xfe", b'{"username": null}', b'{"username": {"a": 1}}', b"=&=&"])
def test_what_names_nobody_is_bounded_too(body: bytes) -> None:
    guard = Guard()
    assert statuses(posted(guard, "/auth/token", TRIES + 3, content=body)) == [401] * TRIES + [429] * 3


def test_a_login_that_is_no_login_is_not_read_to_its_end() -> None:
    assert statuses(posted(Guard(), "/auth/token", content=b"x" * 1_000_000)) == [413]


def test_the_desk_alone_is_bounded_alike(app: FastAPI) -> None:
    told = {}
    for name in ("steward", "nobody"):
        browser = Browser(app)
        answers = [browser.post("/login", "/login", username=name, password="guess") for _ in range(TRIES + 2)]
        told[name] = [(a.status_code, TOLD in a.text) for a in answers]
    assert told["steward"] == told["nobody"] == [(401, False)] * TRIES + [(429, True)] * 2
