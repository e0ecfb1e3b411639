"""Superset's own settings, read by Superset in its own environment by SUPERSET_CONFIG_PATH; nothing of Xushi's."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy.engine.url import make_url

_HOME = Path(os.environ["XUSHI_SUPERSET_HOME"])

SECRET_KEY = (_HOME / "secret").read_text("utf-8").strip()
SQLALCHEMY_DATABASE_URI = os.environ.get("XUSHI_SUPERSET_METADATA", f"sqlite:///{_HOME / 'superset.db'}")
DATA_DIR = str(_HOME)

APP_NAME = "序时 · Superset"
BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "简体中文"}, "en": {"flag": "us", "name": "English"}}
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": "/static/assets/images/superset-logo-horiz.png",
        "brandLogoHref": "/",
        "brandLogoHeight": "24px",
        "brandLogoMargin": "18px 0",
        "colorPrimary": "#1f5f8b",
        "colorLink": "#1f5f8b",
        "fontFamily": "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
    },
    "algorithm": "default",
}
D3_FORMAT = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["¥", ""]}

# an intranet's server reports nothing home, and pages ask nothing of other hosts
FEATURE_FLAGS = {"ENABLE_TEMPLATE_PROCESSING": False, "DASHBOARD_VIRTUALIZATION": False}
# the page's own telemetry pixel is stopped where nothing else can stop it: by the content security policy
_SELF = "'self'"
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": [_SELF],
        "default-src": [_SELF],
        "img-src": [_SELF, "blob:", "data:"],
        "worker-src": [_SELF, "blob:"],
        "connect-src": [_SELF],
        "object-src": "'none'",
        "style-src": [_SELF, "'unsafe-inline'"],
        "font-src": [_SELF],
        "script-src": [_SELF, "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
WTF_CSRF_ENABLED = True
SESSION_COOKIE_SAMESITE = "Lax"
RATELIMIT_ENABLED = True
# a refresh publishes a new version: what is kept longer than this might be the old one's
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}


def _current_version(uri: Any, params: dict[str, Any], *_who: object) -> tuple[Any, dict[str, Any]]:
    """Open the snapshot's current version by its own path: DuckDB shares one open instance per path, and a link that
    moved on would still give the version that somebody holds open."""
    url = make_url(uri)
    if url.drivername.startswith("duckdb") and url.database and url.database != ":memory:":
        url = url.set(database=str(Path(url.database).resolve()))
        params.setdefault("connect_args", {})["read_only"] = True
    return url, params


DB_CONNECTION_MUTATOR = _current_version
