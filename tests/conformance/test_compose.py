"""docker-compose.yml holds together without an engine: its secrets, its settings, who logs in, and no password."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors resolved."""
    read: dict[str, Any] = yaml.safe_load(TEXT)
    return read


def test_every_secret_is_a_file_that_the_readme_makes(compose: dict[str, Any]) -> None:
    declared = compose["secrets"]
    used = {secret for service in compose["services"].values() for secret in service.get("secrets", ())}
    assert used == set(declared)
    assert {secret["file"] for secret in declared.values()} == {f"./docker/secrets/{name}" for name in declared}
    made = (ROOT / "README.md").read_text("utf-8").split("## On a server")[1].split("\n## ")[0]
    assert all(name in made for name in declared)
    read = (ROOT / "docker" / "entrypoint.sh").read_text("utf-8")
    assert set(re.findall(r"\$\(secret (\w+)\)", read)) == used - {"airflow_admin"}


def test_nothing_in_it_is_a_password(compose: dict[str, Any]) -> None:
    settings = {
        name: value for service in compose["services"].values() for name, value in service["environment"].items()
    }
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|CONN$")
    assert {name for name in settings if secret.search(name)} == {"POSTGRES_PASSWORD_FILE"}
    assert settings["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres_password"


def test_users_are_fabs_and_are_set_up_before_anything_starts(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["init"]["command"] == ["python", "docker/set_up_airflow.py", "/run/secrets/airflow_admin"]
    assert (ROOT / "docker" / "set_up_airflow.py").is_file()
    assert "airflow_admin" in services["init"]["secrets"]
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"
        assert services[name]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")
        assert "airflow_admin" not in services[name]["secrets"], "read once, at the set-up"
    assert not any("SIMPLE_AUTH" in name for name in services["api-server"]["environment"])


def test_only_this_machine_reaches_the_ports_unless_it_is_told(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert set(ports) == {
        "127.0.0.1:${XUSHI_PORT:-8080}:8080",
        "${XUSHI_BI_ADDRESS:-127.0.0.1}:${XUSHI_BI_PORT:-5432}:5432",  # BI servers, where a bureau opens it
    }


def test_every_setting_has_a_default_or_stands_in_the_example() -> None:
    example = set(re.findall(r"^#? ?(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    used = dict(re.findall(r"\$\{(\w+)(:[-?])?", TEXT))
    assert {name for name, rest in used.items() if rest == ":?"} <= example
    assert {"XUSHI_INBOX_DIR", "XUSHI_PORT", "XUSHI_AGENCY", "XUSHI_CONTACT"} <= example <= set(used)
    assert all(used.values()), "each says what holds without it"
