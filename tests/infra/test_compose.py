"""docker-compose.yml, the image and the proxy, checked as files: the tests have no engine to start them."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
APP_SERVICES = ["web", "worker", "beat", "migrate"]
OTHER_SERVICES = ["caddy", "db", "redis", "cache"]
NOT_FOR_PRODUCTION = {"DEBUG", "DEMO", "TEST_BROKER_URL", "TEST_DATABASE_URL"}
SET_IN_IMAGE = {"ZUGANG_VAR"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(read("docker-compose.yml"))


@pytest.fixture(scope="module")
def services(compose) -> dict:
    return compose["services"]


def required_by_production() -> list[str]:
    """The list of names that the production settings refuse to start without."""
    for node in ast.parse(read("academy/settings/production.py")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_REQUIRED":
            return ast.literal_eval(node.value)
    raise AssertionError("production.py has no list _REQUIRED")


def read_by_settings() -> set[str]:
    text = read("academy/settings/base.py") + read("academy/settings/production.py")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', text))


def named_in_example_env() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", read("deploy/example.env"), flags=re.MULTILINE))


def test_compose_holds_every_service(services):
    assert sorted(services) == sorted(APP_SERVICES + OTHER_SERVICES)


@pytest.mark.parametrize("name", APP_SERVICES)
def test_app_services_get_every_secret_that_production_requires(services, name):
    environment = services[name]["environment"]

    assert {key for key in required_by_production() if not environment.get(key)} == set()


@pytest.mark.parametrize("name", APP_SERVICES)
def test_app_services_pass_on_every_setting_that_can_be_set(services, name):
    wanted = read_by_settings() - NOT_FOR_PRODUCTION - SET_IN_IMAGE

    assert wanted - set(services[name]["environment"]) == set()


def test_compose_holds_no_secret(services):
    """Whatever is a password, a key or an address with one comes from outside, and its absence is named."""
    secret = re.compile(r"PASSWORD|SECRET|_KEY|EMAIL_URL|DSN")
    for name, service in services.items():
        for key, value in (service.get("environment") or {}).items():
            if secret.search(key) and value is not None:
                assert re.fullmatch(r"\$\{[A-Z_]+:\?set [A-Z_]+ in \.env\}", value), f"{name}: {key}"
            for password in re.findall(r"://\w+:(.+)@", value or ""):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]*\}", password), f"{name}: {key}"


def test_compose_asks_only_for_what_the_example_names():
    asked = set(re.findall(r"\$\{([A-Z_]+)", read("docker-compose.yml")))

    assert asked - named_in_example_env() == set()


def test_example_env_is_empty():
    assert re.findall(r"^[A-Z0-9_]+=.+", read("deploy/example.env"), flags=re.MULTILINE) == []


def test_app_services_wait_for_migrations_and_servers(services):
    ready = {"db": "service_healthy", "redis": "service_healthy", "cache": "service_healthy"}
    for name in ["web", "worker", "beat"]:
        conditions = {other: rule["condition"] for other, rule in services[name]["depends_on"].items()}
        assert conditions == {**ready, "migrate": "service_completed_successfully"}
    assert {other: rule["condition"] for other, rule in services["migrate"]["depends_on"].items()} == ready
    assert services["caddy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_migrate_prepares_database_and_site_once(services):
    assert services["migrate"]["restart"] == "no"
    assert re.findall(r"manage\.py (\w+)", services["migrate"]["command"]) == ["migrate", "setup_site"]


def test_beat_cannot_be_scaled(services):
    """Two schedulers would start everything twice; a container with a fixed name exists once."""
    assert services["beat"]["container_name"]
    assert [name for name, service in services.items() if "container_name" in service] == ["beat"]


def test_only_the_proxy_has_open_ports(services):
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert services["caddy"]["ports"] == ["80:80", "443:443", "443:443/udp"]


def test_servers_are_out_of_reach_of_the_proxy(compose, services):
    assert compose["networks"]["back"] == {"internal": True}
    assert services["caddy"]["networks"] == ["front"]
    assert [services[name]["networks"] for name in ["db", "redis", "cache"]] == [["back"]] * 3


@pytest.mark.parametrize("name", APP_SERVICES)
def test_app_services_share_one_image_and_may_change_nothing_but_their_data(services, name):
    service = services[name]

    assert service["image"] == "zugang:${VERSION:-latest}"
    assert service["build"] == {"context": ".", "dockerfile": "deploy/Dockerfile"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["media:/data"]


def test_every_service_that_stays_has_a_health_check(services):
    for name, service in services.items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name


def test_queue_is_kept_and_cache_makes_room(services):
    assert "--appendonly yes" in services["redis"]["command"]
    assert "noeviction" in services["redis"]["command"]
    assert "allkeys-lru" in services["cache"]["command"]


def test_worker_reads_both_queues(services):
    assert "--queues celery,default" in services["worker"]["command"]


def test_data_of_people_lives_in_named_volumes(compose, services):
    assert services["db"]["volumes"] == ["db:/var/lib/postgresql/data"]
    assert services["redis"]["volumes"] == ["queue:/data"]
    assert set(compose["volumes"]) == {"caddy", "caddy-config", "db", "media", "queue"}


def images() -> list[str]:
    compose = re.findall(r"^\s+image: (\S+)$", read("docker-compose.yml"), flags=re.MULTILINE)
    dockerfile = re.findall(r"^FROM (\S+)", read("deploy/Dockerfile"), flags=re.MULTILINE)
    return [image for image in compose + dockerfile if not image.startswith("zugang:")]


def test_foreign_images_are_pinned_to_a_version_line():
    assert len(images()) == 7
    for image in images():
        assert re.fullmatch(r"[a-z]+:\d+(\.\d+)?-[a-z-]+", image), image


def test_image_does_not_run_as_root_and_holds_no_secret():
    dockerfile = read("deploy/Dockerfile")
    last_stage = dockerfile[dockerfile.rindex("FROM ") :]

    assert re.findall(r"^USER (.*)$", last_stage, flags=re.MULTILINE) == ["10001:10001"]
    assert "SECRET" not in last_stage
    assert "--require-hashes" in dockerfile


def test_image_gives_the_build_every_name_that_production_requires():
    collect = re.search(r"^RUN DJANGO_SETTINGS_MODULE=(?s:.*?)collectstatic", read("deploy/Dockerfile"), re.MULTILINE)

    assert collect
    assert [name for name in required_by_production() if f"{name}=" not in collect.group()] == []


def test_image_takes_in_every_app_and_nothing_private():
    lines = read(".dockerignore").splitlines()
    taken = {line[1:] for line in lines if line.startswith("!")}

    assert "*" in lines
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"} <= taken
    assert taken & {"var", ".env", ".git", "tests", "node_modules", ".venv"} == set()
    assert all((ROOT / name).exists() for name in taken)


def test_proxy_keeps_the_numbers_inside():
    caddyfile = read("deploy/Caddyfile")

    assert re.search(r"@internal path /metrics", caddyfile)
    assert "respond @internal 404" in caddyfile
    assert "web 8000" in caddyfile
