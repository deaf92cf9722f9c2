"""What is shipped to run the service with: confined, checked, and without anybody's secrets."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
# Those that run as long as the machine does.
LASTING = ("database", "broker", "web", "worker", "beat")
OURS = ("migrate", "web", "worker", "beat", "manage")
OWNER = "kvalitet_owner:"
# Names that are exact, or pinned by a digest.
_EXACT = re.compile(r":-?[\w./]*?[\w-]+:\d+\.\d+(\.\d+)?(-[\w-]+)?}|@sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    # What it writes to is named: memory, or a volume.
    assert any(place.startswith("/tmp") for place in service["tmpfs"])  # noqa: S108
    for volume in service["volumes"]:
        assert volume.split(":")[0] in COMPOSE["volumes"] or volume.endswith(":ro")


@pytest.mark.parametrize("name", LASTING)
def test_every_service_that_lasts_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


def test_nobody_begins_before_the_real_servers_answer() -> None:
    asked = SERVICES["database"]["healthcheck"]["test"]
    # The server that makes the roles answers on its socket too, and is ended again.
    assert ("-h", "127.0.0.1") in set(pairwise(asked))
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "worker", "beat", "manage"):
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "broker": {"condition": "service_healthy"},
        }


def test_the_owners_address_goes_to_migrate_alone() -> None:
    told = {
        name
        for name, service in SERVICES.items()
        if "OWNER_PASSWORD" in str(service) or "POSTGRES_PASSWORD" in str(service)
    }
    assert told == {"database", "migrate"}
    assert "kvalitet_owner" in SERVICES["migrate"]["environment"]["MIGRATION_DATABASE_URL"]
    for name in OURS:
        assert "kvalitet_app" in SERVICES[name]["environment"]["DATABASE_URL"]
    given = (ROOT / "deploy/production.env.example").read_text(encoding="utf-8")
    assert "MIGRATION_DATABASE_URL" not in given
    assert "PASSWORD=" not in given


def test_the_key_of_the_anchors_goes_to_the_worker_alone() -> None:
    assert [n for n, s in SERVICES.items() if "ANCHOR_KEY" in str(s)] == ["worker"]


def test_only_the_web_server_is_reached_and_by_this_machine_alone() -> None:
    open_ports = {
        name: service["ports"] for name, service in SERVICES.items() if "ports" in service
    }
    assert open_ports == {"web": ["127.0.0.1:8000:8000"]}


def test_images_are_exact() -> None:
    named = [SERVICES["database"]["image"], SERVICES["broker"]["image"]]
    named.append(SERVICES["web"]["build"]["args"]["PYTHON_IMAGE"])
    assert [image for image in named if not _EXACT.search(image)] == []
    dockerfile = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    default = re.search(r"ARG PYTHON_IMAGE=(\S+)", dockerfile)
    assert default
    assert f":-{default[1]}}}" in named[2]
    assert re.search(r"^USER (?!root)", dockerfile, re.M)


@pytest.mark.parametrize("name", [".env.example", "deploy/production.env.example"])
def test_examples_hold_no_secret_that_could_be_left_as_it_is(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert {key: value for key, value in values.items() if value} in ({}, {"HTTPS": "on"})


def _ignored(path: str) -> bool:
    """Say whether .dockerignore keeps ``path`` out: the last line that fits decides."""
    out = False
    parts = path.split("/")
    places = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not line or line.startswith("#"):
            continue
        # An entry speaks of a file and of all below a folder; * stops at a slash, ** does not.
        if pattern.startswith("**/"):
            fits = any(fnmatch(part, pattern[3:]) for part in parts)
        else:
            fits = any(
                place.count("/") == pattern.count("/") and fnmatch(place, pattern)
                for place in places
            )
        out = not line.startswith("!") if fits else out
    return out


@pytest.mark.parametrize(
    "path",
    [
        ".env", ".env.production", "deploy/production.env", "deploy/migration.env", "backup.dump",
        "config/.env", "casework/local.env", "var/keys.json", "var/media/a.bin", ".git/config",
        "kvalitet.sql", "config/site.key", "config/tls/site.pem", "deploy/nginx.conf", "media.tgz",
        "notes.txt", "deploy/production.env.bak", "tests/conftest.py", "config/run.log",
    ],
)  # fmt: skip
def test_secrets_stay_out_of_the_image(path: str) -> None:
    assert _ignored(path)


@pytest.mark.parametrize(
    "path",
    [
        "manage.py", "config/settings.py", "config/static/vendor/lucide/LICENSE",
        "casework/reports/document.css", "deploy/requirements.lock", "deploy/gunicorn.conf.py",
        "lexsarah/templates/lexsarah/report.html", "deviations/migrations/0001_initial.py",
    ],
)  # fmt: skip
def test_what_the_service_needs_goes_into_it(path: str) -> None:
    assert (ROOT / path).exists()
    assert not _ignored(path)


def _pins(text: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.M)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_the_locked_packages_are_those_asked_for_and_each_has_hashes() -> None:
    """Drift: ``requirements.txt`` changed, and ``deploy/requirements.lock`` not made anew."""
    asked = _pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    lock = (ROOT / "deploy/requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+(?:\[[^]]*\])?==)", lock, flags=re.M)[1:]
    locked = _pins(lock)
    assert {name: locked.get(name) for name in asked} == asked
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    direct = {name for entry in entries if "-r requirements.txt" in entry for name in _pins(entry)}
    assert direct == set(asked)
