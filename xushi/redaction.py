"""Secrets taken out of what is written down: passwords and tokens in URLs, and the values of secret settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

MASK: Final = "•••"

#: Settings whose whole value is a secret, by the words of their names.
_SECRET_NAME: Final = re.compile(
    r"(?:^|_)(PASSWORD|PASSWD|SECRET|TOKEN|FERNET_KEY|SECRET_KEY|API_KEY|ACCESS_KEY)(?:_|$)"
)
#: Settings that name a file or an algorithm, though their name speaks of a secret.
_NO_SECRET: Final = re.compile(r"(_FILE|_PATH|_ALGORITHM|_CMD|_URL|_CLAIM)$")
#: Settings that hold whole addresses, each of which is a secret: whoever has one can post there.
_ADDRESSES: Final = ("XUSHI_NOTIFY_URLS",)
#: A shorter value would mask half of any text.
_SHORTEST: Final = 6

_USERINFO: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@'\"]*):[^\s/@'\"]+@")
_PAIR: Final = re.compile(
    r"(?i)\b((?:access_)?token|key|secret|sign|signature|password|passwd|pwd|pass|apikey|api_key)"
    r"(\s*[=:]\s*|['\"]\s*:\s*['\"])([^\s&,;'\"}\])]{6,})"
)
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text without secrets: those of the environment's settings, of URLs and headers, and the `known` ones."""
    for secret in sorted({*known, *secrets_of(os.environ)}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _USERINFO.sub(rf"\1:{MASK}@", text)
    text = _PAIR.sub(rf"\1\2{MASK}", text)
    return _BEARER.sub(rf"\1 {MASK}", text)


def redacted(value: Any) -> Any:
    """Any JSON value with its texts redacted, at every depth; keys stay."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {name: redacted(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(one) for one in value]
    return value


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    """The secrets that settings hold: passwords in their URLs, and whole values where the name says so."""
    found: set[str] = set()
    for name, value in environment.items():
        if _SECRET_NAME.search(name) and not _NO_SECRET.search(name):
            found.add(value.strip())
        if "://" in value and name.startswith(("XUSHI_", "AIRFLOW__", "AIRFLOW_CONN_", "OPENLINEAGE_")):
            found |= secrets_of_url(value)
        if name in _ADDRESSES:
            found |= {part for url in value.split() for part in tokens_of_url(url)}
    return {secret for secret in found if len(secret) >= _SHORTEST}


def secrets_of_url(url: str) -> set[str]:
    """The password of a URL, as written and as meant."""
    match = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/@:]*:([^\s/@]+)@", url.strip())
    return {match.group(1), unquote(match.group(1))} if match else set()


def tokens_of_url(url: str) -> set[str]:
    """All parts of a notification's address that may be its secret: in such addresses any part can be."""
    _, _, rest = url.partition("://")
    parts = set(re.split(r"[/?&=:@,#]+", rest)) | secrets_of_url(url)
    return {
        form for part in parts for form in (part, unquote(part)) if len(form) >= _SHORTEST and not _HOST.match(form)
    }


#: A name of a host or a mailbox's domain is no secret, and an error that does not say it helps nobody.
_HOST: Final = re.compile(r"(?i)^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|webhook|cgi-bin|robot)$")


def secrets_in(folder: Path) -> set[str]:
    """The contents of a folder of secret files, such as the embedded Airflow's; empty where there is none."""
    if not folder.is_dir():
        return set()
    texts = (path.read_text(encoding="utf-8", errors="replace").strip() for path in folder.iterdir() if path.is_file())
    return {text for text in texts if len(text) >= _SHORTEST}
