"""A Superset server, spoken to over its REST API: log in, import the assets, ask for a chart's data."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final, Self

import httpx

#: What the warehouse is called on the server, as `assets/databases/xushi.yaml` says.
DATABASE_NAME: Final = "序时数据仓库"


class SupersetError(Exception):
    """The server refused; the message says what it answered."""


class Superset:
    """A logged-in session. `address` is the server's root, as in `http://127.0.0.1:8088`.

    Every method raises SupersetError where the server refuses or cannot be reached.
    """

    def __init__(self, address: str, user: str, password: str, timeout: float = 120) -> None:
        self.address = address.rstrip("/")
        self._http = httpx.Client(base_url=self.address, timeout=timeout, follow_redirects=True)
        try:
            self._log_in(user, password)
        except SupersetError:
            self._http.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def import_assets(self, bundle: bytes) -> None:
        """Create or overwrite everything in the zip."""
        self._ask("POST", "/api/v1/assets/import/", files={"bundle": ("xushi.zip", bundle, "application/zip")})

    def charts(self) -> dict[str, int]:
        """The number of each chart by its uuid."""
        query = "(columns:!(id,uuid),page_size:200)"
        told = self._ask("GET", "/api/v1/chart/", params={"q": query})
        return {one["uuid"]: one["id"] for one in told["result"]}

    def chart_data(self, number: int) -> list[dict[str, Any]]:
        """The rows that a chart shows, straight from its database."""
        told = self._ask("GET", f"/api/v1/chart/{number}/data/", params={"force": "true"})
        rows: list[dict[str, Any]] = told["result"][0]["data"]
        return rows

    def sql(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement on the warehouse, as a user of the SQL Lab would run it."""
        query = f"(columns:!(id),filters:!((col:database_name,opr:eq,value:'{DATABASE_NAME}')))"
        (database,) = self._ask("GET", "/api/v1/database/", params={"q": query})["result"]
        wanted = {"database_id": database["id"], "sql": statement, "runAsync": False, "queryLimit": 1000}
        rows: list[dict[str, Any]] = self._ask("POST", "/api/v1/sqllab/execute/", json=wanted)["data"]
        return rows

    def _log_in(self, user: str, password: str) -> None:
        wanted = {"username": user, "password": password, "provider": "db", "refresh": False}
        told = self._ask("POST", "/api/v1/security/login", json=wanted)
        self._http.headers["Authorization"] = f"Bearer {told['access_token']}"
        # imports are guarded against forged forms as well: the session's cookie and this mark belong together
        self._http.headers["X-CSRFToken"] = self._ask("GET", "/api/v1/security/csrf_token/")["result"]
        self._http.headers["Referer"] = self.address

    def _ask(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **sent)
        except httpx.HTTPError as error:
            raise SupersetError(f"{self.address} 无法连接 / cannot be reached: {error}") from error
        if answer.is_error:
            is_page = "html" in answer.headers.get("content-type", "")
            words = "详见服务器日志 see the server's log" if is_page else answer.text[:600]
            raise SupersetError(f"{method} {path}：{answer.status_code} {words}")
        told: dict[str, Any] = answer.json()
        return told
