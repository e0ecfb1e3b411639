"""A desk over a home that nothing was received in yet, and batches that are handed in to it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.review.conftest import Browser

SAMPLES = Path(__file__).parents[2] / "samples" / "inbox"
JIANGHAI = SAMPLES / "江海区考核任务完成情况表（2023年1-9月）.xlsx"
PENGJIANG = SAMPLES / "蓬江区2023年9月重点任务进展情况.docx"

Sent = tuple[str, bytes]


def hand_in(browser: Browser, *files: Sent, **fields: str) -> Any:
    """Post the form with files, as a browser does."""
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files]
    data = {"form_token": browser.token("/intake"), **fields}
    return browser.client.post("/intake", data=data, files=parts or {"files": ("", b"")})


def held(browser: Browser, *files: Sent, **fields: str) -> str:
    """Hand in what can be taken; the address of the batch."""
    answer = hand_in(browser, *files, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def read(browser: Browser, path: str, seconds: float = 60) -> str:
    """The page of a batch once it has been read."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if browser.get(f"{path}/state").json()["state"] == "done":
            return str(browser.get(path).text)
        time.sleep(0.05)
    raise AssertionError(f"{path} was not read within {seconds} s")


def registered(browser: Browser, path: str) -> str:
    """Press the button, and the page of the receipts."""
    answer = browser.post(f"{path}/register", path)
    assert answer.status_code == 303, answer.text
    return str(browser.get(answer.headers["location"]).text)


def notices(page: str) -> list[str]:
    """The sentences about the files."""
    found = re.findall(r'<li class="(stop|look|fine)"><b>[^<]*</b> ([^<]*)</li>', page)
    return [f"{kind}: {text}" for kind, text in found]


def sample(*paths: Path) -> Sequence[Sent]:
    return [(path.name, path.read_bytes()) for path in paths]
