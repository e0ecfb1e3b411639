"""docker-compose.yml holds together without an engine: least rights for each service, secrets as files, no password.

Where a compose client is at hand it reads the file too.  tests/production starts what the file says as processes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.production.compose import FILE, ROOT, compose

TEXT = FILE.read_text("utf-8")
SETTINGS = {"XUSHI_INBOX_DIR": "/srv/inbox"}
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")
#: Which secret each service is given, and no other: what it does not know it cannot lose.
SECRETS = {
    "postgres": {"postgres_password"},
    "init": {"postgres_password", "db_airflow", "db_pipeline", "db_desk", "db_bi", "airflow_token", "airflow_session",
             "airflow_fernet", "airflow_admin"},
    "api-server": {"db_airflow", "db_desk", "airflow_token", "airflow_session", "airflow_fernet"},
    "scheduler": {"db_airflow", "db_pipeline", "airflow_token", "airflow_session", "airflow_fernet", "notify"},
    "dag-processor": {"db_airflow", "airflow_token", "airflow_session", "airflow_fernet", "notify"},
    "triggerer": {"db_airflow", "airflow_token", "airflow_session", "airflow_fernet", "notify"},
    "desk": {"db_desk", "desk_admin"},
    "superset": {"db_bi", "superset_admin"},
}  # fmt: skip
#: Of the networks: the database's has no way out, and only what sends notifications has another that has one.
NETWORKS = {
    "postgres": {"inside", "served"}, "init": {"inside"}, "api-server": {"inside", "served"},
    "scheduler": {"inside", "outside"}, "dag-processor": {"inside", "outside"}, "triggerer": {"inside", "outside"},
    "desk": {"inside", "served"}, "superset": {"inside", "served"},
}  # fmt: skip


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(compose(SETTINGS)["services"])


def test_a_compose_client_reads_it(tmp_path: Path) -> None:
    """Version 2 is `docker compose`; version 1, Debian's, knows no `name`."""
    known = shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    if known == 0:
        command = ["docker", "compose"]
    elif shutil.which("docker-compose"):
        command = ["docker-compose"]
    else:
        pytest.skip("no compose client on this machine (Debian: apt-get install docker-compose)")
    read = tmp_path / "docker-compose.yml"
    read.write_text(TEXT if known == 0 else TEXT.replace("\nname: xushi\n", "\n"), "utf-8")
    (tmp_path / ".env").write_text(f"XUSHI_INBOX_DIR={tmp_path}\n", "utf-8")
    ran = subprocess.run([*command, "-f", str(read), "--profile", "desk", "--profile", "bi", "config"],
                         capture_output=True, text=True, cwd=tmp_path)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert set(yaml.safe_load(ran.stdout)["services"]) == set(SECRETS)


def test_it_asks_for_the_inbox_and_for_nothing_else() -> None:
    with pytest.raises(KeyError, match="XUSHI_INBOX_DIR"):
        compose()
    assert set(compose(SETTINGS)["services"]) == set(SECRETS)


def test_each_service_is_given_the_secrets_of_its_duty_alone(services: dict[str, Any]) -> None:
    assert {name: set(service["secrets"]) for name, service in services.items()} == SECRETS
    declared = compose(SETTINGS)["secrets"]
    assert set(declared) == set().union(*SECRETS.values())
    assert {secret["file"] for secret in declared.values()} == {f"./docker/secrets/{name}" for name in declared}
    read = (ROOT / "docker" / "entrypoint.sh").read_text("utf-8")
    by_entrypoint = set(re.findall(r"if given (\w+)", read))
    elsewhere = {"postgres_password", "airflow_admin", "desk_admin"}  # the image's, the set-up's and the desk's own
    assert by_entrypoint == set(declared) - elsewhere


def test_the_secrets_are_made_once_and_are_the_owners(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make = [str(ROOT / "docker" / "make_secrets.sh"), str(folder)]
    subprocess.run(make, check=True, capture_output=True)
    made = {path.name: path.read_text("utf-8").strip() for path in folder.iterdir()}
    assert set(made) == set(compose(SETTINGS)["secrets"])
    values = [value for name, value in made.items() if name != "notify"]
    assert made["notify"] == ""
    assert len(set(values)) == len(values)
    assert all(len(value) >= 24 for value in values)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert subprocess.run(make, check=True, capture_output=True).stdout == b""
    assert {path.name: path.read_text("utf-8").strip() for path in folder.iterdir()} == made
    assert "docker/secrets/" in (ROOT / ".gitignore").read_text("utf-8")
    assert "docker/secrets" in (ROOT / ".dockerignore").read_text("utf-8")


def test_nothing_in_it_is_a_password(services: dict[str, Any]) -> None:
    settings = {name: value for service in services.values() for name, value in service.get("environment", {}).items()}
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|CONN$|_URL$")
    assert {name for name, value in settings.items() if secret.search(name) and value} == {
        "POSTGRES_PASSWORD_FILE", "XUSHI_DESK_PASSWORD_FILE", "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    }  # fmt: skip
    assert settings["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres_password"
    assert settings["XUSHI_DESK_PASSWORD_FILE"] == "/run/secrets/desk_admin"
    assert "://xushi" not in TEXT


def test_no_service_has_more_than_a_plain_users_rights(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), f"{name} runs as root"
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert any(place.startswith("/tmp") for place in service["tmpfs"]), name  # noqa: S108
        refused = {"privileged", "cap_add", "network_mode", "pid", "ipc", "userns_mode", "devices", "extra_hosts"}
        assert not refused & set(service), name
        assert "docker.sock" not in str(service), name


def test_every_service_is_bounded_and_looked_after(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"\d+g", str(service["mem_limit"])), name
        assert float(service["cpus"]) > 0, name
        assert service["pids_limit"] <= 1000, name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name
        if name == "init":
            assert (service["restart"], "healthcheck" in service) == ("no", False), "it ends"
        else:
            assert service["restart"] == "unless-stopped", name
            assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"]), name


def test_the_database_and_what_asks_it_have_no_way_out(services: dict[str, Any]) -> None:
    assert {name: set(service["networks"]) for name, service in services.items()} == NETWORKS
    networks = compose(SETTINGS)["networks"]
    assert networks["inside"] == {"internal": True}
    assert networks["served"]["driver_opts"] == {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    assert set(networks) == set().union(*NETWORKS.values())


def test_users_are_fabs_and_everything_is_set_up_before_it_starts(services: dict[str, Any]) -> None:
    assert services["init"]["command"] == ["docker/set_up.sh"]
    set_up = (ROOT / "docker" / "set_up.sh").read_text("utf-8")
    assert set_up.index("set_up_databases.py") < set_up.index("set_up_airflow.py")
    for name in set(services) - {"postgres", "init"}:
        assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully", name
    for name in AIRFLOW:
        assert services[name]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")
        assert not any("SIMPLE_AUTH" in setting for setting in services[name]["environment"])


def test_the_inbox_is_read_and_never_written(services: dict[str, Any]) -> None:
    for name in (*AIRFLOW, "init", "desk"):
        assert "/srv/inbox:/inbox:ro" in services[name]["volumes"], name
        assert services[name]["environment"]["XUSHI_INBOX"] == "/inbox"
    assert not any("/inbox" in str(services[name].get("volumes")) for name in ("postgres", "superset"))


def test_only_this_machine_reaches_the_ports_unless_it_is_told(services: dict[str, Any]) -> None:
    assert {port for service in services.values() for port in service.get("ports", ())} == {
        "127.0.0.1:8080:8080",
        "127.0.0.1:8090:8090",
        "127.0.0.1:8088:8088",
        "127.0.0.1:5432:5432",  # BI servers, where a bureau opens it
    }
    opened = compose({**SETTINGS, "XUSHI_BI_ADDRESS": "10.0.0.5"})["services"]["postgres"]["ports"]
    assert opened == ["10.0.0.5:5432:5432"]


def test_what_is_extra_stands_in_a_profile(services: dict[str, Any]) -> None:
    profiles = {name: service["profiles"] for name, service in services.items() if "profiles" in service}
    assert profiles == {"desk": ["desk"], "superset": ["bi"]}


def test_every_setting_stands_in_the_example_and_has_a_default() -> None:
    example = set(re.findall(r"^#? ?(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    used = dict(re.findall(r"\$\{(\w+)(:[-?])?", TEXT))
    assert example == set(used)
    assert [name for name, rule in used.items() if rule == ":?"] == ["XUSHI_INBOX_DIR"]
    assert all(used.values()), "each says what holds without it"


def test_the_image_belongs_to_root_and_its_services_do_not() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    stages = text.split("FROM ")[1:]
    assert [re.findall(r"^USER (\S+)", stage, re.MULTILINE)[-1:] for stage in stages] == [
        ["50000:50000"], ["50000:50000"], [],
    ]  # fmt: skip
    assert "FROM xushi\n" in text, "what a build without a target gives"
    assert "--chown" not in text
    assert not re.search(r"^(ENV|ARG) .*(PASSWORD|SECRET|TOKEN)", text, re.MULTILINE)
    for pin in re.findall(r"pip (?:sync|install)[^\n&;]*", text):
        assert re.search(r"\.lock|--no-deps|uv==", pin), f"installed by more than a lock: {pin}"
