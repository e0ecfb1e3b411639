"""Whether a service is well, for the health checks of docker-compose.yml: exit status 0, or 1 with one line.

    python docker/healthy.py scheduler [--api http://api-server:8080]    as Airflow's monitor tells of a component
    python docker/healthy.py --page http://127.0.0.1:8090/login          a page that answers

Nothing but the standard library, so that a check costs milliseconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from urllib.error import URLError
from urllib.request import urlopen

_SECONDS = 8


def main(words: list[str]) -> str | None:
    """The complaint, or None."""
    parser = argparse.ArgumentParser()
    parser.add_argument("component", nargs="?", choices=["metadatabase", "scheduler", "triggerer", "dag_processor"])
    parser.add_argument("--api", default="http://127.0.0.1:8080")
    parser.add_argument("--page")
    given = parser.parse_args(words)
    if not given.component and not given.page:
        parser.error("a component or --page")
    address = given.page or f"{given.api}/api/v2/monitor/health"
    try:
        with urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 (an address of the compose file)
            told = answer.read()
    except (URLError, OSError) as error:
        return f"{address} 没有应答 (no answer): {error}"
    if given.page:
        return None
    status = (json.loads(told).get(given.component) or {}).get("status")
    return None if status == "healthy" else f"{given.component}: {status or '没有心跳 (no heartbeat)'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
