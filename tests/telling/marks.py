"""Settings that hold marked secrets, and the files that a mark got into."""

from __future__ import annotations

from pathlib import Path

MARKS = {
    "XUSHI_SERVING_URL": "postgresql://xushi:mark1serving@127.0.0.1:1/serving",
    "XUSHI_NOTIFY_URLS": "json://clerk:mark2notify@127.0.0.1:1/mark3path?token=mark4token wecombot://mark5key",
    "AIRFLOW__API_AUTH__JWT_SECRET": "mark6jwtsecret",
    "XUSHI_NOTIFY_SECONDS": "3",
    "HTTPS_PROXY": "http://127.0.0.1:1",
}


def marks_in(home: Path) -> set[tuple[str, str]]:
    """Each file of the home with each mark that it holds."""
    marks = [f"mark{number}" for number in range(1, 8)]
    written = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(written) > 100, "a home that holds nothing would hold no mark"
    return {
        (str(path.relative_to(home)), mark) for path in written for mark in marks if mark.encode() in path.read_bytes()
    }
